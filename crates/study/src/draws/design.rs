//! The draws of uncertain parameters: the same for every policy.

use detente_sim::program::ParameterLaw;
use detente_sim::stream::{EventKey, Purpose, TrialStreams};
use detente_stats::latin_hypercube;

/// Values of parameters in a number of draws.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    /// The parameters drawn, by position in the scenario, with their names.
    pub parameters: Vec<(usize, String)>,
    /// For each of them its value in every draw.
    pub values: Vec<Vec<f64>>,
    /// The parameters that have a law and keep their values all the same.
    pub kept: Vec<String>,
}

impl Design {
    /// A Latin hypercube of so many draws over the parameters, each a name and the law that it is drawn from; those without a
    /// law, and those that `fixed` names by position, keep their values. A parameter's draws rest on the seed and its name:
    /// another parameter leaves them as they are.
    #[must_use]
    pub fn new<'p>(
        parameters: impl Iterator<Item = (&'p str, Option<&'p ParameterLaw>)>,
        fixed: &[usize],
        draws: usize,
        seed: u64,
    ) -> Self {
        let uncertain = parameters.enumerate();
        let uncertain = uncertain.filter_map(|(place, (name, law))| Some((place, name, law?)));
        let (kept, drawn): (Vec<_>, Vec<_>) =
            uncertain.partition(|(place, ..)| fixed.contains(place));
        let stream = TrialStreams::new(seed, 0);
        let keys = drawn
            .iter()
            .map(|(_, name, _)| EventKey::of_parameter(name));
        let keys: Vec<EventKey> = keys.collect();
        let shares = latin_hypercube(draws, drawn.len(), &mut |parameter, k| {
            stream.uniform(keys[parameter], Purpose::Parameter, k)
        });
        let values = drawn.iter().zip(&shares).map(|((_, _, law), shares)| {
            let values = shares.iter().map(|share| law.quantile(*share));
            values.collect()
        });
        Self {
            values: values.collect(),
            parameters: drawn
                .into_iter()
                .map(|(place, name, _)| (place, name.to_owned()))
                .collect(),
            kept: kept
                .into_iter()
                .map(|(_, name, _)| name.to_owned())
                .collect(),
        }
    }

    /// The values in one draw, each with its parameter's position in the scenario.
    pub fn draw(&self, draw: usize) -> impl Iterator<Item = (usize, f64)> {
        let parameters = self.parameters.iter().zip(&self.values);
        parameters.map(move |((place, _), values)| (*place, values[draw]))
    }
}
