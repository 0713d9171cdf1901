//! Games in normal form: players, their choices, and every combination of them.

/// A player and what it can choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Player {
    /// The actor.
    pub name: String,
    /// Its choices.
    pub choices: Vec<String>,
}

/// Players, one choice at least for each. A profile is one choice of each; profiles are numbered, the last player's choice
/// changing fastest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    players: Vec<Player>,
}

impl Form {
    /// The game of some players.
    #[must_use]
    pub fn new(players: Vec<Player>) -> Self {
        Self { players }
    }

    /// The players.
    #[must_use]
    pub fn players(&self) -> &[Player] {
        &self.players
    }

    /// How many profiles there are.
    #[must_use]
    pub fn profiles(&self) -> usize {
        self.players.iter().map(|of| of.choices.len()).product()
    }

    /// How far apart two profiles are numbered that differ by one in a player's choice.
    fn stride(&self, player: usize) -> usize {
        let behind = &self.players[player + 1..];
        behind.iter().map(|of| of.choices.len()).product()
    }

    /// A player's choice in a profile.
    #[must_use]
    pub fn choice(&self, profile: usize, player: usize) -> usize {
        profile / self.stride(player) % self.players[player].choices.len()
    }

    /// The profile in which a player chooses otherwise and all others the same.
    #[must_use]
    pub fn with_choice(&self, profile: usize, player: usize, choice: usize) -> usize {
        profile - self.choice(profile, player) * self.stride(player) + choice * self.stride(player)
    }

    /// The profiles that a player has to choose from when all others choose as in this one, in the order of its choices.
    pub fn own_choices(&self, profile: usize, player: usize) -> impl Iterator<Item = usize> {
        let (first, stride) = (self.with_choice(profile, player, 0), self.stride(player));
        (0..self.players[player].choices.len()).map(move |choice| first + choice * stride)
    }

    /// What all others can choose, as the profiles in which a player makes its first choice.
    pub fn others_choices(&self, player: usize) -> impl Iterator<Item = usize> {
        (0..self.profiles()).filter(move |profile| self.choice(*profile, player) == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_are_found_by_their_choices() {
        let player = |name: &str, choices: usize| Player {
            name: name.to_owned(),
            choices: (0..choices).map(|choice| choice.to_string()).collect(),
        };
        let form = Form::new(vec![
            player("a", 4),
            player("b", 1),
            player("c", 3),
            player("d", 2),
        ]);
        assert_eq!(form.profiles(), 24);
        let choices = |profile| [0, 1, 2, 3].map(|player| form.choice(profile, player));
        assert_eq!(choices(0), [0, 0, 0, 0]);
        assert_eq!(choices(1), [0, 0, 0, 1]);
        assert_eq!(choices(23), [3, 0, 2, 1]);
        assert_eq!(choices(3 * 6 + 2 + 1), [3, 0, 1, 1]);
        for profile in 0..24 {
            for player in 0..4 {
                let own: Vec<usize> = form.own_choices(profile, player).collect();
                assert_eq!(own[form.choice(profile, player)], profile);
                for (choice, other) in own.into_iter().enumerate() {
                    assert_eq!(form.with_choice(profile, player, choice), other);
                    let mut expected = choices(profile);
                    expected[player] = choice;
                    assert_eq!(choices(other), expected);
                }
            }
        }
        let others: Vec<usize> = form.others_choices(2).collect();
        assert_eq!(others, [0, 1, 6, 7, 12, 13, 18, 19]);
    }
}
