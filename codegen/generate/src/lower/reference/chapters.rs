//! Chapters of the reference in one language.

use codegen_spec::{self as spec, Language, Origin, Signature};

use super::tables::or_nothing;
use super::writer::ReferenceWriter;
use crate::ir::reference::{
    Category, CategoryAction, Chapters, Erratum, ErrorCode, Region, Release,
};
use crate::lower::escape::code;
use crate::lower::limits::Side;
use crate::lower::markdown::prose;

impl ReferenceWriter<'_> {
    /// Returns all chapters.
    pub(super) fn chapters(&self) -> Chapters {
        let spec = self.spec;
        let actions = spec.actions.iter().zip(self.actions).zip(self.modules);
        Chapters {
            language: self.language.code(),
            description: self.prose(&spec.description),
            categories: spec.categories.iter().map(|c| self.category(c)).collect(),
            actions: actions
                .map(|((action, lowered), module)| self.action(action, lowered, module))
                .collect(),
            is_acs3: spec.signature == Signature::Acs3,
            common_parameters: self.rows(&spec.common_parameters, Side::Request),
            common_response: self.rows(&spec.common_response, Side::Response),
            service_errors: self.errors(Origin::Document),
            gateway_errors: self.errors(Origin::Gateway),
            regions: spec.regions.iter().map(|r| self.region(r)).collect(),
            releases: spec.releases.iter().map(|r| self.release(r)).collect(),
            errata: spec.errata.iter().map(|e| self.erratum(e)).collect(),
            title: self.prose(&spec.title),
        }
    }

    fn category(&self, category: &spec::Category) -> Category {
        let actions = self.spec.actions.iter().zip(self.actions);
        Category {
            title: self.prose(&category.title),
            actions: actions
                .filter(|(action, _)| action.category == category.id)
                .map(|(action, lowered)| CategoryAction {
                    name: code(&action.name),
                    command: self.command(lowered),
                    summary: self.cell(&action.summary),
                })
                .collect(),
        }
    }

    fn errors(&self, origin: Origin) -> Vec<ErrorCode> {
        let codes = self.spec.error_codes.iter();
        codes
            .filter(|error| error.origin == origin)
            .map(|error| ErrorCode {
                actions: self.answered_by(error),
                ..self.error(error, prose)
            })
            .collect()
    }

    /// Returns the actions that list an error code.
    fn answered_by(&self, error: &spec::ErrorCode) -> String {
        let actions: Vec<String> = self
            .spec
            .actions
            .iter()
            .filter(|action| action.errors.contains(&error.code))
            .map(|action| code(&action.name))
            .collect();
        actions.join(match self.language {
            Language::Zh => "、",
            Language::En => ", ",
        })
    }

    fn region(&self, region: &spec::Region) -> Region {
        Region {
            id: code(&region.id),
            name: self.cell(&region.name),
            note: or_nothing(region.note.as_ref().map(|note| self.cell(note))),
            endpoint: code(&region.endpoint),
            vpc_endpoint: or_nothing(region.vpc_endpoint.as_deref().map(code)),
        }
    }

    fn release(&self, release: &spec::Release) -> Release {
        Release {
            version: code(&release.version),
            date: release.date.clone(),
            changes: release
                .changes
                .iter()
                .map(|text| self.prose(text))
                .collect(),
        }
    }

    fn erratum(&self, erratum: &spec::Erratum) -> Erratum {
        Erratum {
            id: code(&erratum.id),
            section: prose(&erratum.section),
            at: code(&erratum.at),
            says: self.prose(&erratum.says),
            wire: self.prose(&erratum.wire),
            decision: self.prose(&erratum.decision),
        }
    }
}
