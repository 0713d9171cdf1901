//! Did you mean …?

/// The candidate that `name` was probably meant to be, if one is near enough: at most a third of the
/// letters wrong (Damerau–Levenshtein), the nearest first, the earlier of equals.
#[must_use]
pub fn did_you_mean<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let allowed = (name.chars().count() / 3).max(1);
    let mut nearest: Option<(usize, &str)> = None;
    for candidate in candidates {
        let distance = strsim::damerau_levenshtein(name, candidate);
        if distance <= allowed && nearest.is_none_or(|(best, _)| distance < best) {
            nearest = Some((distance, candidate));
        }
    }
    nearest.map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::did_you_mean;

    #[test]
    fn finds_the_nearest_name_and_nothing_far_off() {
        let names = ["tension", "west", "east"];
        assert_eq!(did_you_mean("tensoin", names), Some("tension"));
        assert_eq!(did_you_mean("wst", names), Some("west"));
        assert_eq!(did_you_mean("missiles", names), None);
        assert_eq!(did_you_mean("x", ["y"]), Some("y"));
    }
}
