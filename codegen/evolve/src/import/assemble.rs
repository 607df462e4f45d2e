//! Assembly of the imported facts into a spec that passes every check.

use std::collections::HashSet;

use codegen_spec::{Action, Category, Field, Naming, Region, Spec};

use super::chapters::Chapters;
use super::error::{Error, shape};
use super::findings::Findings;
use super::importer::Importer;
use super::keep::{Known, keep};
use super::texts::spoken;
use super::{pages, product, repair};

/// Result of an import.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The spec, which passes every check.
    pub spec: Spec,
    /// Facts that the spec does not contain unchanged.
    pub findings: Findings,
}

impl<'a> Importer<'a> {
    fn assemble(
        &mut self,
        product: &str,
        version: &str,
        categories: Vec<Category>,
        actions: Vec<Action>,
    ) -> Spec {
        let gateway = self.gateway;
        let own: HashSet<&str> = actions
            .iter()
            .flat_map(|action| &action.parameters)
            .map(|field| &*field.name)
            .collect();
        let mut common_parameters = self.common(&gateway.common_parameters);
        common_parameters
            .retain(|common| self.signature.frees(&common.name) || !own.contains(&*common.name));
        let mut dispatch_errors = gateway.dispatch_errors.clone();
        let is_declared = |code: &String| self.error_codes.iter().any(|e| e.code == *code);
        if !is_declared(&dispatch_errors.out_of_range) {
            dispatch_errors.out_of_range = dispatch_errors.malformed.clone();
        }
        dispatch_errors.unknown_region = dispatch_errors.unknown_region.filter(is_declared);
        Spec {
            schema: Some("schema.json".to_owned()),
            product: product.to_owned(),
            version: version.to_owned(),
            package: product::package(product, version),
            signature: self.signature,
            title: self.in_language(product.to_owned()),
            description: self.own((
                format!("{product} 的 API，版本 {version}。"),
                format!("API of {product}, version {version}."),
            )),
            languages: vec![self.language],
            naming: Naming::default(),
            dispatch_errors,
            releases: Vec::new(),
            regions: Vec::new(),
            common_parameters,
            common_response: self.common(&gateway.common_response),
            error_codes: std::mem::take(&mut self.error_codes),
            enums: Vec::new(),
            structs: Vec::new(),
            categories,
            actions,
            errata: Vec::new(),
        }
    }

    /// Returns fields of the protocol, with texts in the language of the spec.
    fn common(&self, fields: &[Field]) -> Vec<Field> {
        let speak = |field: &Field| Field {
            description: spoken(&field.description, self.language),
            required_when: (field.required_when.as_ref()).map(|text| spoken(text, self.language)),
            deprecated: (field.deprecated.as_ref()).map(|text| spoken(text, self.language)),
            ..field.clone()
        };
        fields.iter().map(speak).collect()
    }

    pub(super) fn finish(
        mut self,
        (product, version): (&str, &str),
        chapters: Chapters,
        mut actions: Vec<Action>,
        regions: Vec<Region>,
    ) -> Result<Imported, Error> {
        self.settle_statuses(&mut actions);
        if actions.is_empty() {
            return Err(shape("/apis", "the metadata has no action to import"));
        }
        let used: HashSet<&str> = actions.iter().map(|action| &*action.category).collect();
        let categories = chapters.used(&used, self.own(("其他", "Other")));
        let mut spec = self.assemble(product, version, categories, actions);
        spec.regions = regions;
        let types = std::mem::take(&mut self.types).settle(&mut spec);
        if let Some(older) = &self.older {
            let known = Known {
                language: self.language,
                unsaid: &self.unsaid,
                undeprecated: &self.undeprecated,
                is_whole: self.is_whole,
            };
            keep(older, &mut spec, &known, &mut self.findings)?;
        }
        pages::add(
            &mut spec,
            self.older.as_ref().map(|older| older.spec),
            &mut self.findings,
        );
        own_examples(&mut spec);
        let spec = repair::repair(spec, &self.places, &types, &mut self.findings)?;
        Ok(Imported {
            spec,
            findings: self.findings,
        })
    }
}

/// Sets the examples of parameters of the protocol that name the action, version or region.
fn own_examples(spec: &mut Spec) {
    for field in &mut spec.common_parameters {
        let own: Vec<&String> = match &*field.name {
            "Action" => spec.actions.iter().map(|action| &action.name).collect(),
            "Version" => vec![&spec.version],
            "RegionId" => spec.regions.iter().map(|region| &region.id).collect(),
            _ => continue,
        };
        let is_own = |example: &String| own.contains(&example);
        if !field.example.as_ref().is_some_and(is_own) {
            field.example = own.first().map(|example| (*example).clone());
        }
    }
}
