//! The whole of both specs, and its smaller parts: product, releases, regions, chapters, errata.

use codegen_spec::{Category, Erratum, Naming, Region, Release, Spec};

use super::Kind;
use super::fields::List;
use super::pairs::Item;
use super::walk::{Place, Reach, Walk, reordered};

impl<'a> Walk<'a> {
    /// The whole of both specs.
    pub(super) fn definitions(&mut self) {
        let (old, new) = (self.old.spec, self.new.spec);
        // Named in full, so that a new key of the format is not forgotten here.
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
        let place = Place::root();
        if *schema != new.schema {
            let sentence = "Editors find the schema of the format elsewhere.".to_owned();
            self.changed(&place.key("$schema"), Kind::EditorSchemaChanged, sentence);
        }
        for (key, kind, what, values) in [
            (
                "product",
                Kind::ProductChanged,
                "The product",
                (product, &new.product),
            ),
            (
                "version",
                Kind::VersionChanged,
                "The version of the API",
                (version, &new.version),
            ),
            (
                "package",
                Kind::PackageRenamed,
                "The prefix of the crates",
                (package, &new.package),
            ),
        ] {
            self.value(&place.key(key), kind, what, values);
        }
        if *signature != new.signature {
            let sentence = "Requests are signed in another way.".to_owned();
            self.changed(&place.key("signature"), Kind::SignatureChanged, sentence);
        }
        self.text(&place.key("title"), title, &new.title);
        self.text(&place.key("description"), description, &new.description);
        if *languages != new.languages {
            let sentence = "The reference is in other languages.".to_owned();
            self.changed(&place.key("languages"), Kind::LanguagesChanged, sentence);
        }
        self.naming(&place.key("naming"), naming, &new.naming);
        self.dispatch(
            &place.key("dispatch_errors"),
            dispatch_errors,
            &new.dispatch_errors,
        );
        self.releases(&place.key("releases"));
        self.regions(&place.key("regions"));
        let parameters = place.key("common_parameters").with(Reach::GATEWAY);
        self.fields(
            &parameters,
            List::Parameters,
            common_parameters,
            &new.common_parameters,
        );
        let members = place.key("common_response").with(Reach::RESPONSE);
        self.fields(
            &members,
            List::CommonMembers,
            common_response,
            &new.common_response,
        );
        self.error_codes(&place.key("error_codes"));
        self.types(&place);
        self.categories(&place.key("categories"));
        self.actions(&place.key("actions"));
        self.errata(&place.key("errata"));
    }

    fn naming(&mut self, place: &Place, old: &Naming, new: &Naming) {
        let Naming {
            action_prefix,
            type_suffix,
        } = old;
        let keys = [
            (
                "action_prefix",
                "What actions lose in front",
                action_prefix,
                &new.action_prefix,
            ),
            (
                "type_suffix",
                "What types lose at the end",
                type_suffix,
                &new.type_suffix,
            ),
        ];
        for (key, what, old, new) in keys {
            self.value(&place.key(key), Kind::NamingChanged, what, (old, new));
        }
    }

    fn releases(&mut self, place: &Place) {
        let lists = (&*self.old.spec.releases, &*self.new.spec.releases);
        let name = |release: &'a Release| &*release.version;
        let kind = Kind::ReleaseChanged;
        self.each(place, kind, lists, name, |walk, place, old, new| {
            if old != new {
                let sentence = format!("Release {} reads otherwise.", new.version);
                walk.changed(place, kind, sentence);
            }
        });
    }

    fn categories(&mut self, place: &Place) {
        let lists = (&*self.old.spec.categories, &*self.new.spec.categories);
        let name = |category: &'a Category| &*category.id;
        let kind = Kind::CategoryChanged;
        self.each(place, kind, lists, name, |walk, place, old, new| {
            walk.text(&place.key("title"), &old.title, &new.title);
        });
    }

    fn errata(&mut self, place: &Place) {
        let lists = (&*self.old.spec.errata, &*self.new.spec.errata);
        let name = |erratum: &'a Erratum| &*erratum.id;
        let kind = Kind::ErratumChanged;
        self.each(place, kind, lists, name, |walk, place, old, new| {
            if old != new {
                let sentence = format!("Erratum {} reads otherwise.", new.id);
                walk.changed(place, kind, sentence);
            }
        });
    }

    /// Pairs the items of a list whose additions and removals are of one kind.
    fn each<T>(
        &mut self,
        place: &Place,
        kind: Kind,
        (old, new): (&'a [T], &'a [T]),
        name: impl Fn(&'a T) -> &'a str,
        mut both: impl FnMut(&mut Self, &Place, &'a T, &'a T),
    ) {
        let items = |list: &'a [T]| list.iter().map(|item| Item::named(name(item))).collect();
        let (before, after): (Vec<Item>, Vec<Item>) = (items(old), items(new));
        for pair in self.paired(place, &before, &after) {
            match pair {
                (Some(at), Some(to)) => {
                    let place = place.pair(name(&old[at]), name(&new[to]));
                    both(self, &place, &old[at], &new[to]);
                }
                (None, Some(to)) => {
                    let name = name(&new[to]);
                    self.added(place, name, kind, format!("`{name}` is new."));
                }
                (Some(at), None) => {
                    let name = name(&old[at]);
                    self.removed(place, name, kind, format!("`{name}` is gone."));
                }
                (None, None) => {}
            }
        }
    }

    fn regions(&mut self, place: &Place) {
        let (old, new) = (&self.old.spec.regions, &self.new.spec.regions);
        let name = |region: &Region| Item::named(&region.id);
        let before: Vec<Item> = old.iter().map(name).collect();
        let after: Vec<Item> = new.iter().map(name).collect();
        for pair in self.paired(place, &before, &after) {
            match pair {
                (Some(before), Some(after)) => {
                    let (old, new) = (&old[before], &new[after]);
                    self.region(&place.pair(&old.id, &new.id), old, new);
                }
                (None, Some(at)) => {
                    let sentence = format!("Region `{}` is new.", new[at].id);
                    self.added(place, &new[at].id, Kind::RegionAdded, sentence);
                }
                (Some(at), None) => {
                    let sentence = format!("Region `{}` is gone.", old[at].id);
                    self.removed(place, &old[at].id, Kind::RegionRemoved, sentence);
                }
                (None, None) => {}
            }
        }
    }

    fn region(&mut self, place: &Place, old: &Region, new: &Region) {
        let Region {
            id: _,
            name,
            note,
            endpoint,
            vpc_endpoint,
        } = old;
        self.text(&place.key("name"), name, &new.name);
        self.optional_text(&place.key("note"), note.as_ref(), new.note.as_ref());
        let hosts = (endpoint, &new.endpoint);
        self.value(&place.key("endpoint"), Kind::HostChanged, "The host", hosts);
        let place = place.key("vpc_endpoint");
        match (vpc_endpoint, &new.vpc_endpoint) {
            (Some(old), Some(new)) => {
                let what = "The host inside private clouds";
                self.value(&place, Kind::HostChanged, what, (old, new));
            }
            (None, Some(host)) => {
                let sentence = format!("There is a host inside private clouds: `{host}`.");
                self.changed(&place, Kind::PrivateHostAdded, sentence);
            }
            (Some(host), None) => {
                let sentence = format!("The host inside private clouds is gone: `{host}`.");
                self.changed(&place, Kind::PrivateHostRemoved, sentence);
            }
            (None, None) => {}
        }
    }

    /// Names of which only what is added, removed or moved matters.
    pub(super) fn names_alone(
        &mut self,
        place: &Place,
        (old, new): (&[String], &[String]),
        (added, removed): (Kind, Kind),
    ) {
        let items = |list: &[String]| {
            list.iter()
                .map(|name| Item::named(name))
                .collect::<Vec<_>>()
        };
        let pairs = super::pairs::pairs(&items(old), &items(new));
        if super::pairs::is_reordered(&pairs) {
            self.changed(place, Kind::Reordered, reordered(place));
        }
        for pair in pairs {
            match pair {
                (None, Some(at)) => {
                    let sentence = format!("`{}` is new.", new[at]);
                    self.added(place, &new[at], added, sentence);
                }
                (Some(at), None) => {
                    let sentence = format!("`{}` is gone.", old[at]);
                    self.removed(place, &old[at], removed, sentence);
                }
                _ => {}
            }
        }
    }
}
