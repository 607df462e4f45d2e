//! Comparison of whole specs, and of product, releases, regions, chapters and errata.

use codegen_spec::{Category, Erratum, Naming, Region, Release, Spec};

use super::kind::ChangeKind;
use super::location::{Location, Reach};
use super::owner::Owner;
use super::pairs::{self, Item};
use super::walk::{Walk, reordered};

impl<'a> Walk<'a> {
    /// Compares the whole specs.
    pub(super) fn definitions(&mut self) {
        let (old, new) = (self.old.spec, self.new.spec);
        // Lists every key, so that a new key of the format cannot be forgotten here.
        let Spec {
            schema,
            product,
            version,
            package,
            signature,
            title,
            description,
            languages,
            naming,
            dispatch_errors,
            releases: _,
            regions: _,
            common_parameters,
            common_response,
            error_codes: _,
            enums: _,
            structs: _,
            categories: _,
            actions: _,
            errata: _,
        } = old;
        let location = Location::root();
        if *schema != new.schema {
            let sentence = "The path of the schema for editors changes.".to_owned();
            self.changed(
                &location.key("$schema"),
                ChangeKind::EditorSchemaChanged,
                sentence,
            );
        }
        for (key, kind, what, values) in [
            (
                "product",
                ChangeKind::ProductChanged,
                "The product code",
                (product, &new.product),
            ),
            (
                "version",
                ChangeKind::VersionChanged,
                "The API version",
                (version, &new.version),
            ),
            (
                "package",
                ChangeKind::PackageRenamed,
                "The prefix of the crates",
                (package, &new.package),
            ),
        ] {
            self.value(&location.key(key), kind, what, values);
        }
        if *signature != new.signature {
            let sentence = "The signature method of requests changes.".to_owned();
            self.changed(
                &location.key("signature"),
                ChangeKind::SignatureChanged,
                sentence,
            );
        }
        self.text(&location.key("title"), title, &new.title);
        self.text(&location.key("description"), description, &new.description);
        if *languages != new.languages {
            let sentence = "The languages of the reference change.".to_owned();
            self.changed(
                &location.key("languages"),
                ChangeKind::LanguagesChanged,
                sentence,
            );
        }
        self.naming(&location.key("naming"), naming, &new.naming);
        self.dispatch(
            &location.key("dispatch_errors"),
            dispatch_errors,
            &new.dispatch_errors,
        );
        self.releases(&location.key("releases"));
        self.regions(&location.key("regions"));
        let parameters = location.key("common_parameters").with(Reach::GATEWAY);
        self.fields(
            &parameters,
            Owner::Parameters,
            common_parameters,
            &new.common_parameters,
        );
        let members = location.key("common_response").with(Reach::RESPONSE);
        self.fields(
            &members,
            Owner::CommonMembers,
            common_response,
            &new.common_response,
        );
        self.error_codes(&location.key("error_codes"));
        self.types(&location);
        self.categories(&location.key("categories"));
        self.actions(&location.key("actions"));
        self.errata(&location.key("errata"));
    }

    fn naming(&mut self, location: &Location, old: &Naming, new: &Naming) {
        let Naming {
            action_prefix,
            type_suffix,
        } = old;
        let keys = [
            (
                "action_prefix",
                "The prefix that action names lose",
                action_prefix,
                &new.action_prefix,
            ),
            (
                "type_suffix",
                "The suffix that type names lose",
                type_suffix,
                &new.type_suffix,
            ),
        ];
        for (key, what, old, new) in keys {
            self.value(
                &location.key(key),
                ChangeKind::NamingChanged,
                what,
                (old, new),
            );
        }
    }

    fn releases(&mut self, location: &Location) {
        let lists = (&*self.old.spec.releases, &*self.new.spec.releases);
        let name = |release: &'a Release| &*release.version;
        let kind = ChangeKind::ReleaseChanged;
        self.each(location, kind, lists, name, |walk, location, old, new| {
            if old != new {
                let sentence = format!("Release {} changes.", new.version);
                walk.changed(location, kind, sentence);
            }
        });
    }

    fn categories(&mut self, location: &Location) {
        let lists = (&*self.old.spec.categories, &*self.new.spec.categories);
        let name = |category: &'a Category| &*category.id;
        let kind = ChangeKind::CategoryChanged;
        self.each(location, kind, lists, name, |walk, location, old, new| {
            walk.text(&location.key("title"), &old.title, &new.title);
        });
    }

    fn errata(&mut self, location: &Location) {
        let lists = (&*self.old.spec.errata, &*self.new.spec.errata);
        let name = |erratum: &'a Erratum| &*erratum.id;
        let kind = ChangeKind::ErratumChanged;
        self.each(location, kind, lists, name, |walk, location, old, new| {
            if old != new {
                let sentence = format!("Erratum {} changes.", new.id);
                walk.changed(location, kind, sentence);
            }
        });
    }

    /// Compares two lists whose additions and removals have one kind of change.
    fn each<T>(
        &mut self,
        location: &Location,
        kind: ChangeKind,
        (old, new): (&'a [T], &'a [T]),
        name: impl Fn(&'a T) -> &'a str,
        mut both: impl FnMut(&mut Self, &Location, &'a T, &'a T),
    ) {
        let items = |list: &'a [T]| list.iter().map(|item| Item::named(name(item))).collect();
        let (before, after): (Vec<Item>, Vec<Item>) = (items(old), items(new));
        for pair in self.paired(location, &before, &after) {
            match pair {
                (Some(at), Some(to)) => {
                    let location = location.pair(name(&old[at]), name(&new[to]));
                    both(self, &location, &old[at], &new[to]);
                }
                (None, Some(to)) => {
                    let name = name(&new[to]);
                    self.added(location, name, kind, format!("`{name}` is new."));
                }
                (Some(at), None) => {
                    let name = name(&old[at]);
                    self.removed(location, name, kind, format!("`{name}` is removed."));
                }
                (None, None) => {}
            }
        }
    }

    fn regions(&mut self, location: &Location) {
        let (old, new) = (&self.old.spec.regions, &self.new.spec.regions);
        let name = |region: &Region| Item::named(&region.id);
        let before: Vec<Item> = old.iter().map(name).collect();
        let after: Vec<Item> = new.iter().map(name).collect();
        for pair in self.paired(location, &before, &after) {
            match pair {
                (Some(before), Some(after)) => {
                    let (old, new) = (&old[before], &new[after]);
                    self.region(&location.pair(&old.id, &new.id), old, new);
                }
                (None, Some(at)) => {
                    let sentence = format!("Region `{}` is new.", new[at].id);
                    self.added(location, &new[at].id, ChangeKind::RegionAdded, sentence);
                }
                (Some(at), None) => {
                    let sentence = format!("Region `{}` is removed.", old[at].id);
                    self.removed(location, &old[at].id, ChangeKind::RegionRemoved, sentence);
                }
                (None, None) => {}
            }
        }
    }

    fn region(&mut self, location: &Location, old: &Region, new: &Region) {
        let Region {
            id: _,
            name,
            note,
            endpoint,
            vpc_endpoint,
        } = old;
        self.text(&location.key("name"), name, &new.name);
        self.optional_text(&location.key("note"), note.as_ref(), new.note.as_ref());
        let hosts = (endpoint, &new.endpoint);
        self.value(
            &location.key("endpoint"),
            ChangeKind::HostChanged,
            "The public host",
            hosts,
        );
        let location = location.key("vpc_endpoint");
        match (vpc_endpoint, &new.vpc_endpoint) {
            (Some(old), Some(new)) => {
                let what = "The VPC host";
                self.value(&location, ChangeKind::HostChanged, what, (old, new));
            }
            (None, Some(host)) => {
                let sentence = format!("A VPC host is added: `{host}`.");
                self.changed(&location, ChangeKind::PrivateHostAdded, sentence);
            }
            (Some(host), None) => {
                let sentence = format!("The VPC host is removed: `{host}`.");
                self.changed(&location, ChangeKind::PrivateHostRemoved, sentence);
            }
            (None, None) => {}
        }
    }

    /// Compares two lists of names, which can only be added, removed or reordered.
    pub(super) fn names_alone(
        &mut self,
        location: &Location,
        (old, new): (&[String], &[String]),
        (added, removed): (ChangeKind, ChangeKind),
    ) {
        let items = |list: &[String]| {
            list.iter()
                .map(|name| Item::named(name))
                .collect::<Vec<_>>()
        };
        let pairs = pairs::pairs(&items(old), &items(new));
        if pairs::is_reordered(&pairs) {
            self.changed(location, ChangeKind::Reordered, reordered(location));
        }
        for pair in pairs {
            match pair {
                (None, Some(at)) => {
                    let sentence = format!("`{}` is new.", new[at]);
                    self.added(location, &new[at], added, sentence);
                }
                (Some(at), None) => {
                    let sentence = format!("`{}` is removed.", old[at]);
                    self.removed(location, &old[at], removed, sentence);
                }
                _ => {}
            }
        }
    }
}
