//! Did you mean …? Or one of these?

/// The candidate that `name` was probably meant to be, if one is near enough: at most a third of the
/// letters wrong (Damerau–Levenshtein), the nearest first, the earlier of equals.
#[must_use]
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    let allowed = (length / 3).max(1);
    let mut nearest: Option<(usize, &str)> = None;
    for candidate in candidates {
        if candidate.chars().count().abs_diff(length) > allowed {
            continue;
        }
        let distance = strsim::damerau_levenshtein(name, candidate);
        if distance <= allowed && nearest.is_none_or(|(best, _)| distance < best) {
            nearest = Some((distance, candidate));
        }
    }
    nearest.map(|(_, candidate)| candidate)
}

/// Most names that a message lists.
const LISTED_AT_MOST: usize = 20;

/// The names as a list, of many the first ones and how many there are besides.
#[must_use]
pub fn some_of<N: AsRef<str>>(names: impl ExactSizeIterator<Item = N>) -> String {
    let more = names.len().saturating_sub(LISTED_AT_MOST);
    let first: Vec<N> = names.take(LISTED_AT_MOST).collect();
    let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
    let listed = first.join(", ");
    match more {
        0 => listed,
        more => format!("{listed} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::{nearest, some_of};

    #[test]
    fn finds_the_nearest_name_and_nothing_far_off() {
        let names = ["tension", "west", "east"];
        assert_eq!(nearest("tensoin", names), Some("tension"));
        assert_eq!(nearest("wst", names), Some("west"));
        assert_eq!(nearest("missiles", names), None);
        assert_eq!(nearest("x", ["y"]), Some("y"));
    }

    #[test]
    fn long_lists_are_cut() {
        assert_eq!(some_of(["a", "b"].iter()), "a, b");
        let names: Vec<String> = (0..25).map(|k| k.to_string()).collect();
        assert!(some_of(names.iter()).ends_with("18, 19 and 5 more"));
    }
}
