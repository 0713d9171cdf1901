//! A trajectory as lines that can be read.

use super::text::{INDENT, listed, wrapped};
use detente_report::trajectory::{FactorTurn, Held, Step, StepCause, Trajectory};
use std::fmt::Write;

/// A trial told in prose: for each step when, what, why, what changed, and where the doctrine's level changed which
/// factor turned.
#[must_use]
pub fn trajectory_text(told: &Trajectory) -> String {
    let mut text = wrapped(&told.honesty);
    let _ = writeln!(
        text,
        "\nscenario {} · policy {} · seed {} · trial {}\n",
        told.scenario, told.policy, told.seed, told.trial
    );
    let dated = told.steps.iter().any(|step| step.date.is_some());
    let start = match &told.epoch {
        Some(epoch) if dated => format!("{epoch}  t = 0"),
        _ => "t = 0".to_owned(),
    };
    let _ = writeln!(text, "{start}  the start");
    if let Some(level) = &told.initial_level {
        let _ = writeln!(
            text,
            "{INDENT}level {level}{}",
            on_list(&told.initial_factors)
        );
    }
    let state = told.initial.iter();
    listed(
        &mut text,
        state.map(|(name, held)| format!("{name} = {}", value(held))),
    );
    for (index, step) in told.steps.iter().enumerate() {
        step_lines(&mut text, told, index, step);
    }
    if let Some(cut) = &told.cut {
        let [first, last] = [told.steps.len() as u64 + 1, cut.steps_in_all];
        let _ = writeln!(
            text,
            "\nFrom t = {} on steps {first} to {last} are left out; --steps {last} shows them.\n",
            number(cut.t)
        );
    }
    let end = number(told.horizon);
    match (&told.failure, &told.outcomes) {
        (Some(failure), None) => {
            let _ = writeln!(text, "\nHere it ends: {failure}");
        }
        (failure, outcomes) => {
            let _ = writeln!(text, "t = {end}  the horizon");
            let shown = outcomes.iter().flatten().map(|(name, value)| {
                let by = told.by.get(name).map(|state| format!(" ({state})"));
                match value {
                    Some(value) => {
                        format!("{name} = {}{}", number(*value), by.unwrap_or_default())
                    }
                    None => format!("{name}: none"),
                }
            });
            if outcomes
                .as_ref()
                .is_some_and(|outcomes| !outcomes.is_empty())
            {
                let _ = writeln!(text, "\nOutcomes of this trial");
            }
            listed(&mut text, shown);
            if let Some(failure) = failure {
                let _ = writeln!(text, "\nHere it ends: {failure}");
            }
        }
    }
    text
}

fn step_lines(text: &mut String, told: &Trajectory, index: usize, step: &Step) {
    let name = titled(step);
    let (when, why) = (when(step), cause(told, step));
    let branch = step.branch.map(|branch| format!("; branch {branch}"));
    let branch = branch.unwrap_or_default();
    let _ = writeln!(text, "{when}  [{}] {name}, {why}{branch}", index + 1);
    if step.changes.is_empty() {
        let _ = writeln!(text, "{INDENT}nothing changes");
    }
    let changes = step.changes.iter().map(|change| {
        let (from, to) = (value(&change.from), value(&change.to));
        format!("{} {from} → {to}", change.name)
    });
    listed(text, changes);
    match &step.level {
        Some(level) => {
            let turned = turned_list(&step.factors);
            let _ = writeln!(text, "{INDENT}level {} → {}{turned}", level.from, level.to);
        }
        None if step.factors.is_empty() => {}
        None => {
            let turned = turned_list(&step.factors);
            let _ = writeln!(text, "{INDENT}level unchanged{turned}");
        }
    }
}

/// What a reader calls a step, and its name.
pub(super) fn titled(step: &Step) -> String {
    if step.title == step.name {
        step.name.clone()
    } else {
        format!("{} ({})", step.title, step.name)
    }
}

/// A step's day, where there is one, and time.
pub(super) fn when(step: &Step) -> String {
    let time = format!("t = {}", number(step.t));
    match &step.date {
        Some(date) => format!("{date}  {time}"),
        None => time,
    }
}

/// Why a step happens.
pub(super) fn cause(told: &Trajectory, step: &Step) -> String {
    let from = step
        .caused_by
        .and_then(|index| Some((index, told.steps.get(index)?)));
    let of = |(index, cause): (usize, &Step)| format!("[{}] {}", index + 1, cause.name);
    match (step.cause, from) {
        (StepCause::Rate, _) => "by its rate".to_owned(),
        (StepCause::Clock, _) => "by its clock".to_owned(),
        (StepCause::Calendar, _) => "by its calendar".to_owned(),
        (StepCause::Guard, Some(before)) => format!("at once after {}", of(before)),
        (StepCause::Guard, None) => "at once".to_owned(),
        (StepCause::Consequence, Some(cause)) => format!("as a consequence of {}", of(cause)),
        (StepCause::Consequence, None) => "as a consequence".to_owned(),
        (StepCause::Rule, Some(cause)) => format!("by a rule of the policy, after {}", of(cause)),
        (StepCause::Rule, None) => "by a rule of the policy that held at the start".to_owned(),
    }
}

fn on_list(factors: &[String]) -> String {
    if factors.is_empty() {
        "; no factor on".to_owned()
    } else {
        format!("; on: {}", factors.join(", "))
    }
}

fn turned_list(factors: &[FactorTurn]) -> String {
    let turned = factors.iter().map(|factor| {
        let to = if factor.on { "on" } else { "off" };
        format!("{} turns {to}", factor.name)
    });
    let turned: Vec<String> = turned.collect();
    if turned.is_empty() {
        String::new()
    } else {
        format!("; {}", turned.join(", "))
    }
}

/// What a variable or lever holds.
pub(super) fn value(held: &Held) -> String {
    match held {
        Held::State(state) => state.clone(),
        Held::Number(value) => number(*value),
    }
}

/// A number with six significant digits at most.
pub(super) fn number(value: f64) -> String {
    if value != 0.0 && !(1e-4..1e15).contains(&value.abs()) {
        return format!("{value:.5e}");
    }
    let whole = value.abs().trunc().to_string().len();
    let decimals = 6_usize.saturating_sub(whole);
    let text = format!("{value:.decimals$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_are_short() {
        assert_eq!(number(7.0), "7");
        assert_eq!(number(0.123_456_789), "0.12346");
        assert_eq!(number(1234.5678), "1234.57");
        assert_eq!(number(1_234_567.8), "1234568");
        assert_eq!(number(-0.5), "-0.5");
        assert_eq!(number(1e-7), "1.00000e-7");
    }
}
