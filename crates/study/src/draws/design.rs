//! The draws of uncertain parameters: the same for every policy.

use detente_report::draws::Design;
use detente_sim::program::ParameterLaw;
use detente_sim::stream::{EventKey, Purpose, TrialStreams};
use detente_stats::latin_hypercube;

/// A Latin hypercube of so many draws over the parameters, each a name and the law that it is drawn from; those without a
/// law, and those that `fixed` names by position, keep their values. A parameter's draws rest on the seed and its name:
/// another parameter leaves them as they are.
#[must_use]
pub fn design<'p>(
    parameters: impl Iterator<Item = (&'p str, Option<&'p ParameterLaw>)>,
    fixed: &[usize],
    draws: usize,
    seed: u64,
) -> Design {
    let uncertain = parameters.enumerate();
    let uncertain = uncertain.filter_map(|(place, (name, law))| Some((place, name, law?)));
    let (kept, drawn): (Vec<_>, Vec<_>) = uncertain.partition(|(place, ..)| fixed.contains(place));
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
    Design {
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
