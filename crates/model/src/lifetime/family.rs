//! The families of laws by name, and the arguments each takes.

use std::fmt;

/// A family of laws of age, as a scenario names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// `exponential(rate | mean)`, without memory.
    Exponential,
    /// `weibull(shape, scale)`, a power of age.
    Weibull,
    /// `gamma(shape, scale | mean)`, the wait for `shape` memoryless stages.
    Gamma,
    /// `lognormal(median, sigma)`, whose logarithm is normal.
    Lognormal,
    /// `normal(mean, sd)`, truncated at age 0.
    Normal,
    /// `uniform(low, high)`.
    Uniform,
    /// `triangular(low, mode, high)`.
    Triangular,
    /// `beta(a, b, low, high)`, stretched over an interval.
    Beta,
    /// `fixed(value)`, one certain age.
    Fixed,
    /// `empirical([...])`, observed ages, each as likely as the next.
    Empirical,
}

impl Family {
    /// All families, in the order in which they are documented.
    pub const ALL: [Self; 10] = [
        Self::Exponential,
        Self::Weibull,
        Self::Gamma,
        Self::Lognormal,
        Self::Normal,
        Self::Uniform,
        Self::Triangular,
        Self::Beta,
        Self::Fixed,
        Self::Empirical,
    ];

    /// The names of all families, in the order of [`Family::ALL`].
    pub const NAMES: [&'static str; 10] = [
        "exponential",
        "weibull",
        "gamma",
        "lognormal",
        "normal",
        "uniform",
        "triangular",
        "beta",
        "fixed",
        "empirical",
    ];

    /// The family of this name; case matters.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let index = Self::NAMES.iter().position(|known| *known == name)?;
        Some(Self::ALL[index])
    }

    /// The name a scenario uses.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// The alternative lists of argument names, each in positional order.
    ///
    /// Empty for `empirical`, which takes a list of ages instead of named arguments.
    #[must_use]
    pub fn signatures(self) -> &'static [&'static [&'static str]] {
        match self {
            Self::Exponential => &[&["rate"], &["mean"]],
            Self::Weibull => &[&["shape", "scale"]],
            Self::Gamma => &[&["shape", "scale"], &["shape", "mean"]],
            Self::Lognormal => &[&["median", "sigma"]],
            Self::Normal => &[&["mean", "sd"]],
            Self::Uniform => &[&["low", "high"]],
            Self::Triangular => &[&["low", "mode", "high"]],
            Self::Beta => &[&["a", "b", "low", "high"]],
            Self::Fixed => &[&["value"]],
            Self::Empirical => &[],
        }
    }

    /// Whether the law has a density; false for `fixed` and `empirical`, which are made of atoms.
    #[must_use]
    pub fn has_density(self) -> bool {
        !matches!(self, Self::Fixed | Self::Empirical)
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Law;
    use super::Family;

    #[test]
    fn names_and_families_correspond() {
        for (name, family) in Family::NAMES.into_iter().zip(Family::ALL) {
            assert_eq!(Family::from_name(name), Some(family));
            assert_eq!(family.name(), name);
            assert_eq!(format!("{family:?}").to_lowercase(), name);
        }
        assert_eq!(Family::from_name("Gamma"), None);
        assert_eq!(Family::from_name("pareto"), None);
    }

    #[test]
    fn every_signature_makes_a_law() {
        for family in Family::ALL {
            for (index, names) in family.signatures().iter().enumerate() {
                let args = &[1.0, 2.0, 3.0, 4.0][..names.len()];
                let law = Law::new(family, index, args).expect("good arguments");
                assert_eq!(law.family(), family);
                assert_eq!(law.has_density(), family.has_density());
            }
        }
        assert!(Family::Empirical.signatures().is_empty());
    }

    #[test]
    fn a_signature_only_says_otherwise_what_another_says() {
        let law = |family, signature, args: &[f64]| Law::new(family, signature, args);
        assert_eq!(
            law(Family::Exponential, 0, &[4.0]),
            law(Family::Exponential, 1, &[0.25])
        );
        assert_eq!(
            law(Family::Gamma, 0, &[4.0, 0.25]),
            law(Family::Gamma, 1, &[4.0, 1.0])
        );
    }

    #[test]
    #[should_panic(expected = "gamma has no signature 0 of 3 arguments")]
    fn a_wrong_number_of_arguments_is_a_mistake_of_the_program() {
        let _ = Law::new(Family::Gamma, 0, &[1.0, 2.0, 3.0]);
    }
}
