//! Import of product and regions from the older metadata.

use std::collections::BTreeMap;

use codegen_spec::Region;
use codegen_spec::names::is_wire_name;

use super::super::error::{Error, shape};
use super::super::findings::FindingKind;
use super::super::importer::Importer;
use super::super::node::Node;
use super::files::Files;

impl<'a> Importer<'a> {
    /// Reads product and version, if necessary from an older spec.
    pub(super) fn cli_product(&mut self, files: &Files<'a>) -> Result<(String, String), Error> {
        let mut text = |node: &Option<Node<'a>>, key: &str| {
            let node = node.as_ref()?;
            node.text_at(key, &mut self.findings)
        };
        let style = text(&files.product, "api_style").or_else(|| text(&files.version, "style"));
        if let Some(style) = style.filter(|style| !style.eq_ignore_ascii_case("rpc")) {
            let message = format!("the API style is `{style}`, but only `RPC` can be imported");
            return Err(shape("/api_style", message));
        }
        let product = text(&files.product, "code");
        let version = text(&files.product, "version").or_else(|| text(&files.version, "version"));
        let from = self.older.as_ref().map(|older| older.spec);
        let product = product.or_else(|| from.map(|spec| spec.product.clone()));
        let version = version.or_else(|| from.map(|spec| spec.version.clone()));
        let (Some(product), Some(version)) = (product, version) else {
            let message = "the files do not state product and version; add the file \
                `products.json` that lists the product, or pass an older spec with `--from`";
            return Err(shape("/products", message));
        };
        for (what, name) in [("product", &product), ("version", &version)] {
            if !is_wire_name(name) {
                let message = format!("`{name}` is not a valid {what}");
                return Err(shape("/products", message));
            }
        }
        Ok((product, version))
    }

    /// Reads the endpoints of `products.json`, in either of its forms.
    pub(super) fn cli_regions(&mut self, product: &Node<'a>) -> Vec<Region> {
        const KNOWN: [&str; 8] = [
            "code",
            "name",
            "version",
            "api_style",
            "apis",
            "endpoints",
            "regional_endpoints",
            "regional_vpc_endpoints",
        ];
        product.only(&KNOWN, &mut self.findings);
        let hosts = match product.get("regional_endpoints") {
            Some(hosts) => hosts.entries(&mut self.findings),
            None => Vec::new(),
        };
        let vpc_hosts = product.get("regional_vpc_endpoints");
        let mut vpc_hosts: BTreeMap<&str, Node<'_>> = match vpc_hosts {
            Some(hosts) => hosts.entries(&mut self.findings).into_iter().collect(),
            None => BTreeMap::new(),
        };
        let mut regions = Vec::new();
        for (id, host) in hosts {
            let vpc_host = vpc_hosts.remove(id);
            let vpc_host = vpc_host.and_then(|host| host.text(&mut self.findings));
            let vpc_host = vpc_host.map(|host| host.trim().to_owned());
            if let Some(endpoint) = host.text(&mut self.findings) {
                self.places.insert(format!("regions/{id}"), host.pointer);
                regions.push(Region {
                    id: id.to_owned(),
                    name: self.in_language(id.to_owned()),
                    note: None,
                    endpoint: endpoint.trim().to_owned(),
                    vpc_endpoint: vpc_host.filter(|host| !host.is_empty()),
                });
            }
        }
        for (_, host) in vpc_hosts {
            let message = "a VPC endpoint of a region without a public one";
            self.findings.add(
                FindingKind::NotCarried,
                &host.pointer,
                message,
                host.shown(),
            );
        }
        let endpoints = match product.get("endpoints") {
            Some(endpoints) => endpoints.entries(&mut self.findings),
            None => Vec::new(),
        };
        for (_, node) in endpoints {
            if let Some(region) = self.region(&node) {
                self.places
                    .insert(format!("regions/{}", region.id), node.pointer);
                regions.push(region);
            }
        }
        regions
    }
}
