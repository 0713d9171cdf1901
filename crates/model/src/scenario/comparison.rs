//! A comparison of outcomes under settings: the least or the most of linear parts, and what is reckoned with it.

/// A comparison, as the least or the most of linear parts.
#[derive(Debug, Clone, PartialEq)]
pub enum Comparison<L> {
    /// A linear part.
    Linear(L),
    /// The smallest of some.
    Least(Vec<Self>),
    /// The largest of some.
    Most(Vec<Self>),
}

impl<L> Comparison<L> {
    /// The same with other parts.
    pub fn map<M>(&self, change: &mut impl FnMut(&L) -> M) -> Comparison<M> {
        let mut each = |parts: &[Self]| parts.iter().map(|part| part.map(change)).collect();
        match self {
            Self::Linear(part) => Comparison::Linear(change(part)),
            Self::Least(parts) => Comparison::Least(each(parts)),
            Self::Most(parts) => Comparison::Most(each(parts)),
        }
    }

    /// Shows every part.
    pub fn for_each_mut(&mut self, see: &mut impl FnMut(&mut L)) {
        match self {
            Self::Linear(part) => see(part),
            Self::Least(parts) | Self::Most(parts) => {
                parts.iter_mut().for_each(|part| part.for_each_mut(see));
            }
        }
    }

    /// How many linear parts there are.
    #[must_use]
    pub fn parts(&self) -> usize {
        match self {
            Self::Linear(_) => 1,
            Self::Least(parts) | Self::Most(parts) => parts.iter().map(Self::parts).sum(),
        }
    }
}

/// A number and some outcomes' means, each times a factor.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Linear {
    /// The number.
    pub constant: f64,
    /// The means.
    pub terms: Vec<Term>,
}

/// An outcome's mean under a setting, times a factor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Term {
    /// The factor.
    pub factor: f64,
    /// The outcome, by position.
    pub outcome: usize,
    /// The setting, by position.
    pub setting: usize,
}

impl Linear {
    /// Its terms where each setting runs as a program, whose place then stands for the setting's; those that cancel are left out.
    #[must_use]
    pub fn under(&self, programs: &[usize]) -> Vec<Term> {
        let mut terms = Vec::with_capacity(self.terms.len());
        for term in &self.terms {
            let setting = programs[term.setting];
            add(&mut terms, Term { setting, ..*term });
        }
        terms.retain(|term| term.factor != 0.0);
        terms
    }
}

impl Comparison<Linear> {
    /// A number without outcomes.
    pub(super) fn number(constant: f64) -> Self {
        Self::Linear(Linear {
            constant,
            terms: Vec::new(),
        })
    }

    /// The number that a comparison without outcomes is.
    pub(super) fn as_number(&self) -> Option<f64> {
        match self {
            Self::Linear(part) => part.terms.is_empty().then_some(part.constant),
            _ => None,
        }
    }

    /// Whether all outcomes cancel where each setting runs as a program.
    #[must_use]
    pub fn is_number_under(&self, programs: &[usize]) -> bool {
        match self {
            Self::Linear(part) => part.under(programs).is_empty(),
            Self::Least(parts) | Self::Most(parts) => {
                parts.iter().all(|part| part.is_number_under(programs))
            }
        }
    }

    /// The same times a factor.
    pub(super) fn scaled(self, factor: f64) -> Self {
        let each = |parts: Vec<Self>| {
            let parts = parts.into_iter().map(|part| part.scaled(factor));
            parts.collect()
        };
        match self {
            Self::Linear(mut part) => {
                part.constant *= factor;
                for term in &mut part.terms {
                    term.factor *= factor;
                }
                part.terms.retain(|term| term.factor != 0.0);
                Self::Linear(part)
            }
            Self::Least(parts) if factor >= 0.0 => Self::Least(each(parts)),
            Self::Most(parts) if factor < 0.0 => Self::Least(each(parts)),
            Self::Least(parts) | Self::Most(parts) => Self::Most(each(parts)),
        }
    }

    /// The sum of two, which goes into the least and the most.
    pub(super) fn plus(self, other: Self) -> Self {
        let into = |parts: Vec<Self>, other: &Self| {
            let parts = parts.into_iter().map(|part| part.plus(other.clone()));
            parts.collect()
        };
        match (self, other) {
            (Self::Linear(mut a), Self::Linear(b)) => {
                a.constant += b.constant;
                for term in b.terms {
                    add(&mut a.terms, term);
                }
                a.terms.retain(|term| term.factor != 0.0);
                Self::Linear(a)
            }
            (Self::Least(parts), other) | (other, Self::Least(parts)) => {
                Self::Least(into(parts, &other))
            }
            (Self::Most(parts), other) | (other, Self::Most(parts)) => {
                Self::Most(into(parts, &other))
            }
        }
    }
}

/// Adds a term to others, among which there is at most one of an outcome under a setting.
fn add(terms: &mut Vec<Term>, term: Term) {
    let same = |of: &&mut Term| (of.outcome, of.setting) == (term.outcome, term.setting);
    match terms.iter_mut().find(same) {
        Some(known) => known.factor += term.factor,
        None => terms.push(term),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An outcome under a setting, times a factor.
    fn of(factor: f64, setting: usize) -> Comparison<Linear> {
        let term = Term {
            factor,
            outcome: 0,
            setting,
        };
        Comparison::Linear(Linear {
            constant: 0.0,
            terms: vec![term],
        })
    }

    #[test]
    fn outcomes_cancel_where_settings_are_one_program() {
        let difference = of(1.0, 0).plus(of(1.0, 1).scaled(-1.0));
        assert!(!difference.is_number_under(&[0, 1]));
        assert!(difference.is_number_under(&[3, 3]));
        assert!(of(1.0, 0).plus(of(-1.0, 0)).is_number_under(&[0]));
        let least = Comparison::Least(vec![of(1.0, 0), of(1.0, 1)]).plus(of(-1.0, 2));
        assert!(least.is_number_under(&[2, 2, 2]));
        assert!(!least.is_number_under(&[2, 1, 2]));
        assert!(matches!(least.scaled(-1.0), Comparison::Most(_)));
    }
}
