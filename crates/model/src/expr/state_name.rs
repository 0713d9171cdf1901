//! A state, option or level by its name.

use crate::diagnostic::{Diagnostics, Quoted, Span, some_of};

/// The position of the state `name` in `states`, or a diagnostic at `text` that lists them; `what` they are: a
/// state, an option, a level.
pub fn check_state_name(
    name: &str,
    what: &str,
    text: &Quoted,
    states: &[String],
    diagnostics: &mut Diagnostics,
) -> Option<usize> {
    let position = states.iter().position(|state| state == name);
    if position.is_none() {
        let span = text.span_of(0..text.text.len());
        unknown_state(name, what, span, states, diagnostics);
    }
    position
}

pub(super) fn unknown_state(
    name: &str,
    what: &str,
    span: Span,
    states: &[String],
    diagnostics: &mut Diagnostics,
) {
    let all = some_of(states.iter());
    let help = match diagnostics.did_you_mean(name, states.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`? the {what}s are {all}"),
        None => format!("the {what}s are {all}"),
    };
    diagnostics
        .error(
            span,
            format!("there is no {what} `{name}` here"),
            format!("not one of the {what}s"),
        )
        .help(help);
}
