//! Families: names and texts with placeholders such as `{dyad}` or `{dyad.onset}`.

use crate::diagnostic::some_of;
use indexmap::IndexMap;
use std::ops::Range;
use std::sync::Arc;

/// One element of a set, with what it brings along.
#[derive(Debug, Clone, PartialEq)]
pub struct Element {
    /// The element's name, which `{set}` stands for.
    pub name: String,
    /// Its attributes, which `{set.attribute}` stands for, as they are to be written.
    pub attributes: Arc<IndexMap<String, String>>,
}

/// Which element each set in scope stands for at the moment; an inner binding hides an outer one.
#[derive(Debug, Clone, Default)]
pub struct Bindings {
    /// Shared, because sums inside sums bind anew for each of their terms.
    bound: Vec<Arc<(String, Element)>>,
}

impl Bindings {
    /// Nothing bound.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// These bindings and one more.
    #[must_use]
    pub fn with(&self, set: &str, element: &Element) -> Self {
        let mut bound = self.bound.clone();
        bound.push(Arc::new((set.to_owned(), element.clone())));
        Self { bound }
    }

    /// What `{set}` or `{set.attribute}` stands for.
    ///
    /// # Errors
    /// A sentence that says which set or attribute there is not.
    pub fn value(&self, placeholder: &str) -> Result<&str, String> {
        let (set, attribute) = match placeholder.split_once('.') {
            Some((set, attribute)) => (set.trim(), Some(attribute.trim())),
            None => (placeholder.trim(), None),
        };
        let found = self.bound.iter().rev().find(|bound| bound.0 == set);
        let Some((_, element)) = found.map(Arc::as_ref) else {
            let bound: Vec<String> = self
                .bound
                .iter()
                .map(|bound| format!("`{{{}}}`", bound.0))
                .collect();
            return Err(if bound.is_empty() {
                format!("`{{{set}}}` stands for nothing here: the table has no `for`")
            } else {
                format!(
                    "`{{{set}}}` stands for nothing here; bound are {}",
                    bound.join(", ")
                )
            });
        };
        match attribute {
            None => Ok(&element.name),
            Some(attribute) => element
                .attributes
                .get(attribute)
                .map(String::as_str)
                .ok_or_else(|| {
                    format!(
                        "element `{}` of `{set}` has no attribute `{attribute}`; it has {}",
                        element.name,
                        if element.attributes.is_empty() {
                            "none".to_owned()
                        } else {
                            some_of(element.attributes.keys())
                        }
                    )
                }),
        }
    }
}

/// A name in an expression, possibly with placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// As written.
    pub text: String,
}

impl Template {
    /// The name meant under `bindings`.
    ///
    /// # Errors
    /// A sentence that says which placeholder stands for nothing.
    pub fn resolve(&self, bindings: &Bindings) -> Result<String, String> {
        fill(&self.text, bindings).map_err(|(_, message)| message)
    }
}

/// A text with every `{…}` replaced.
///
/// # Errors
/// The range of the first placeholder that stands for nothing, and why.
pub fn fill(text: &str, bindings: &Bindings) -> Result<String, (Range<usize>, String)> {
    let mut filled = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(open) = text[at..].find('{').map(|i| at + i) {
        filled.push_str(&text[at..open]);
        let Some(close) = text[open..].find('}').map(|i| open + i) else {
            return Err((open..text.len(), "`{` without `}`".to_owned()));
        };
        let value = bindings
            .value(&text[open + 1..close])
            .map_err(|message| (open..close + 1, message))?;
        filled.push_str(value);
        at = close + 1;
    }
    filled.push_str(&text[at..]);
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inner_bindings_hide_outer_ones() {
        let a = Element {
            name: "a".to_owned(),
            attributes: Arc::new([("onset".to_owned(), "0.1".to_owned())].into()),
        };
        let b = Element {
            name: "b".to_owned(),
            attributes: Arc::default(),
        };
        let outer = Bindings::none().with("dyad", &a);
        assert_eq!(fill("x_{dyad} {dyad.onset}", &outer).unwrap(), "x_a 0.1");
        let inner = outer.with("dyad", &b);
        assert_eq!(fill("x_{dyad}", &inner).unwrap(), "x_b");
        assert!(
            fill("{dyad.onset}", &inner)
                .unwrap_err()
                .1
                .contains("no attribute")
        );
        assert_eq!(fill("ab{c", &outer).unwrap_err().0, 2..4);
    }
}
