//! Best replies, dominated choices and pure equilibria of a game whose payoffs are known, and how often each is found in many
//! such games.

use super::form::Form;

/// Whether no other choice of a player has a higher payoff against what the others choose in a profile.
pub(super) fn is_best_reply(form: &Form, player: usize, profile: usize, payoffs: &[f64]) -> bool {
    let mut own = form.own_choices(profile, player);
    own.all(|other| payoffs[other] <= payoffs[profile])
}

/// The choices of a player that have a higher payoff than one of them whatever the others choose: they strictly dominate it.
pub(super) fn dominating(
    form: &Form,
    player: usize,
    choice: usize,
    payoffs: &[f64],
) -> impl Iterator<Item = usize> {
    let dominates = move |better: &usize| {
        form.others_choices(player).all(|profile| {
            let of = |choice| payoffs[form.with_choice(profile, player, choice)];
            of(*better) > of(choice)
        })
    };
    (0..form.players()[player].choices.len()).filter(dominates)
}

/// Whether a profile is a pure equilibrium: every player's choice is a best reply to the others' (Nash 1950,
/// doi:10.1073/pnas.36.1.48). `payoffs` are those of each player.
pub(super) fn is_equilibrium(form: &Form, profile: usize, payoffs: &[&[f64]]) -> bool {
    let mut players = payoffs.iter().enumerate();
    players.all(|(player, payoffs)| is_best_reply(form, player, profile, payoffs))
}

/// A payoff by which choices are judged: whose it is, and that it is taken times this, so that larger is better.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Judge {
    pub player: usize,
    pub sign: f64,
}

/// How often each choice was a best reply, dominated, or in equilibrium, in some games of one form.
#[derive(Debug, Clone)]
pub(super) struct Counts {
    /// How many games.
    pub games: u64,
    /// For each judge, in which games a profile's choice was a best reply.
    pub best: Vec<Vec<u64>>,
    /// For each judge, in which games some choice dominated a choice.
    pub dominated: Vec<Vec<u64>>,
    /// In which games a profile was an equilibrium; where the judges of all players are known.
    pub equilibria: Vec<u64>,
    /// Games without any.
    pub without: u64,
}

impl Counts {
    pub fn new(form: &Form, judges: &[Judge]) -> Self {
        let choices = |judge: &Judge| vec![0; form.players()[judge.player].choices.len()];
        Self {
            games: 0,
            best: vec![vec![0; form.profiles()]; judges.len()],
            dominated: judges.iter().map(choices).collect(),
            equilibria: vec![0; form.profiles()],
            without: 0,
        }
    }

    /// Looks at one more game: `payoffs` are those of each judge in every profile, and `all` the judge of each player, where
    /// every player has one.
    pub fn add(
        &mut self,
        form: &Form,
        judges: &[Judge],
        payoffs: &[Vec<f64>],
        all: Option<&[usize]>,
    ) {
        self.games += 1;
        for (place, judge) in judges.iter().enumerate() {
            for (profile, count) in self.best[place].iter_mut().enumerate() {
                let best = is_best_reply(form, judge.player, profile, &payoffs[place]);
                *count += u64::from(best);
            }
            for (choice, count) in self.dominated[place].iter_mut().enumerate() {
                let mut by = dominating(form, judge.player, choice, &payoffs[place]);
                *count += u64::from(by.next().is_some());
            }
        }
        let Some(all) = all else { return };
        let payoffs: Vec<&[f64]> = all.iter().map(|judge| payoffs[*judge].as_slice()).collect();
        let mut any = false;
        for (profile, count) in self.equilibria.iter_mut().enumerate() {
            let found = is_equilibrium(form, profile, &payoffs);
            any |= found;
            *count += u64::from(found);
        }
        self.without += u64::from(!any);
    }
}

#[cfg(test)]
mod tests {
    use super::super::form::Player;
    use super::*;
    use proptest::prelude::*;

    fn form(choices: &[usize]) -> Form {
        let player = |count: &usize| Player {
            name: String::new(),
            choices: vec![String::new(); *count],
        };
        Form::new(choices.iter().map(player).collect())
    }

    fn equilibria(form: &Form, payoffs: &[&[f64]]) -> Vec<usize> {
        let profiles = 0..form.profiles();
        profiles
            .filter(|profile| is_equilibrium(form, *profile, payoffs))
            .collect()
    }

    /// Textbook games, rows the first player's choices.
    #[test]
    fn known_games_have_their_known_equilibria() {
        let two = form(&[2, 2]);
        // The prisoners' dilemma: to defect dominates, and both do.
        let (a, b) = ([-1.0, -3.0, 0.0, -2.0], [-1.0, 0.0, -3.0, -2.0]);
        assert_eq!(equilibria(&two, &[&a, &b]), [3]);
        assert_eq!(dominating(&two, 0, 0, &a).collect::<Vec<_>>(), [1]);
        assert_eq!(dominating(&two, 1, 0, &b).collect::<Vec<_>>(), [1]);
        assert_eq!(dominating(&two, 0, 1, &a).count(), 0);
        // Matching pennies has none.
        let (a, b) = ([1.0, -1.0, -1.0, 1.0], [-1.0, 1.0, 1.0, -1.0]);
        assert!(equilibria(&two, &[&a, &b]).is_empty());
        // The stag hunt has two.
        let (a, b) = ([4.0, 0.0, 3.0, 3.0], [4.0, 3.0, 0.0, 3.0]);
        assert_eq!(equilibria(&two, &[&a, &b]), [0, 3]);
        // Chicken has two, off the diagonal.
        let (a, b) = ([0.0, -1.0, 1.0, -9.0], [0.0, 1.0, -1.0, -9.0]);
        assert_eq!(equilibria(&two, &[&a, &b]), [1, 2]);
        // Three players who all want to match: both corners.
        let match_all = [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0];
        let three = form(&[2, 2, 2]);
        // A profile with one who differs is none: that one would follow. (Two against one: either of the two stays at 0.)
        assert_eq!(equilibria(&three, &[&match_all[..]; 3]), [0, 7]);
    }

    /// A choice that is as good in one case is not strictly dominated; equal choices are both best replies.
    #[test]
    fn ties_are_kept() {
        let two = form(&[2, 2]);
        let payoffs = [1.0, 1.0, 1.0, 2.0];
        assert_eq!(dominating(&two, 0, 0, &payoffs).count(), 0);
        assert!(is_best_reply(&two, 0, 0, &payoffs));
        assert!(is_best_reply(&two, 0, 2, &payoffs));
        assert!(!is_best_reply(&two, 0, 1, &payoffs));
    }

    proptest! {
        /// What is dominated is never a best reply, someone always has one, and counts of one game are what the game is.
        #[test]
        fn laws_of_games(
            choices in prop::collection::vec(1_usize..4, 1..4),
            values in prop::collection::vec(-3_i8..3, 3 * 27),
        ) {
            let form = form(&choices);
            let count = form.profiles();
            let judges: Vec<Judge> =
                (0..choices.len()).map(|player| Judge { player, sign: 1.0 }).collect();
            let payoffs: Vec<Vec<f64>> = (0..choices.len())
                .map(|player| values[player * 27..][..count].iter().map(|v| f64::from(*v)).collect())
                .collect();
            let all: Vec<usize> = (0..choices.len()).collect();
            let mut counts = Counts::new(&form, &judges);
            counts.add(&form, &judges, &payoffs, Some(&all));
            for (player, payoffs) in payoffs.iter().enumerate() {
                for profile in form.others_choices(player) {
                    let own: Vec<usize> = form.own_choices(profile, player).collect();
                    let best: Vec<usize> = own
                        .iter()
                        .copied()
                        .filter(|profile| is_best_reply(&form, player, *profile, payoffs))
                        .collect();
                    prop_assert!(!best.is_empty());
                    for (choice, own) in own.iter().enumerate() {
                        let dominated = counts.dominated[player][choice] == 1;
                        prop_assert!(!(dominated && best.contains(own)));
                        prop_assert_eq!(counts.best[player][*own] == 1, best.contains(own));
                    }
                }
            }
            for profile in 0..count {
                let all_best = (0..choices.len()).all(|player| counts.best[player][profile] == 1);
                prop_assert_eq!(counts.equilibria[profile] == 1, all_best);
            }
            prop_assert_eq!(counts.without == 1, counts.equilibria.iter().all(|count| *count == 0));
        }
    }
}
