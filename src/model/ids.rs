//! Ids of addresses, fragments and profiles: numbers that index the tables of one library.

use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

use indexmap::IndexMap;
use typed_index_collections::TiVec;

use super::claim::Source;
use super::library::Library;

/// Declares id types: each is a `u32` that indexes a [`TiVec`].
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) struct $name(u32);

        impl From<usize> for $name {
            fn from(index: usize) -> Self {
                $name(index as u32)
            }
        }

        impl From<$name> for usize {
            fn from(id: $name) -> usize {
                id.0 as usize
            }
        }
    )*};
}
pub(crate) use ids;

ids! {
    /// An address of a library's claims. Ids are in the order of the addresses as text.
    AddressId;
    /// A fragment of a library. Ids are in the order of the names.
    FragmentId;
    /// A profile of a library. Ids are in the order of the names.
    ProfileId;
}

/// The entries of one kind in a workspace, found by name or by number.
#[derive(Debug)]
pub(crate) struct Registry<K, T> {
    entries: IndexMap<String, T>,
    numbers: PhantomData<K>,
}

impl<K, T> Default for Registry<K, T> {
    fn default() -> Self {
        Registry { entries: IndexMap::new(), numbers: PhantomData }
    }
}

impl<K: From<usize>, T> Registry<K, T> {
    /// Adds an entry at the end, or replaces the entry with this name.
    pub(crate) fn insert(&mut self, name: String, entry: T) {
        self.entries.insert(name, entry);
    }

    /// The id of the entry with this name.
    pub(crate) fn id_of(&self, name: &str) -> Option<K> {
        self.entries.get_index_of(name).map(K::from)
    }

    /// The entry with this name.
    pub(crate) fn get(&self, name: &str) -> Option<&T> {
        self.entries.get(name)
    }

    /// The id and the entry with this name.
    pub(crate) fn find(&self, name: &str) -> Option<(K, &T)> {
        self.entries.get_full(name).map(|(index, _, entry)| (K::from(index), entry))
    }

    /// Returns whether there is an entry with this name.
    pub(crate) fn contains_key(&self, name: &str) -> bool {
        self.entries.contains_key(name)
    }

    /// The ids, in order.
    pub(crate) fn ids(&self) -> impl DoubleEndedIterator<Item = K> + ExactSizeIterator + use<K, T> {
        (0..self.entries.len()).map(K::from)
    }

    /// The ids with their entries, in order.
    pub(crate) fn enumerate(&self) -> impl Iterator<Item = (K, &T)> {
        self.entries.values().enumerate().map(|(index, entry)| (K::from(index), entry))
    }

    /// The ids with their entries, mutably, in order.
    pub(crate) fn enumerate_mut(&mut self) -> impl Iterator<Item = (K, &mut T)> {
        self.entries.values_mut().enumerate().map(|(index, entry)| (K::from(index), entry))
    }

    /// Sorts the entries by name. Their ids change.
    pub(crate) fn sort(&mut self) {
        self.entries.sort_unstable_keys();
    }

    /// The names, in order.
    pub(crate) fn keys(&self) -> indexmap::map::Keys<'_, String, T> {
        self.entries.keys()
    }

    /// The entries, in order.
    pub(crate) fn values(&self) -> indexmap::map::Values<'_, String, T> {
        self.entries.values()
    }

    /// The entries, mutably.
    pub(crate) fn values_mut(&mut self) -> indexmap::map::ValuesMut<'_, String, T> {
        self.entries.values_mut()
    }

    /// The names with their entries, in order.
    pub(crate) fn iter(&self) -> indexmap::map::Iter<'_, String, T> {
        self.entries.iter()
    }

    /// The number of entries.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }
}

impl<K, T> Index<K> for Registry<K, T>
where
    usize: From<K>,
{
    type Output = T;

    fn index(&self, id: K) -> &T {
        &self.entries[usize::from(id)]
    }
}

/// A value for each fragment and profile of a library.
#[derive(Debug)]
pub(crate) struct BySource<T> {
    fragments: TiVec<FragmentId, T>,
    profiles: TiVec<ProfileId, T>,
}

impl<T> BySource<T> {
    /// Calls `value` for each source: the fragments first, then the profiles.
    pub(crate) fn new(library: &Library, value: impl Fn(Source) -> T) -> Self {
        BySource {
            fragments: library.fragments.ids().map(|id| value(Source::Fragment(id))).collect(),
            profiles: library.profiles.ids().map(|id| value(Source::Profile(id))).collect(),
        }
    }
}

impl<T> Index<Source> for BySource<T> {
    type Output = T;

    fn index(&self, source: Source) -> &T {
        match source {
            Source::Fragment(id) => &self.fragments[id],
            Source::Profile(id) => &self.profiles[id],
        }
    }
}

impl<T> IndexMut<Source> for BySource<T> {
    fn index_mut(&mut self, source: Source) -> &mut T {
        match source {
            Source::Fragment(id) => &mut self.fragments[id],
            Source::Profile(id) => &mut self.profiles[id],
        }
    }
}
