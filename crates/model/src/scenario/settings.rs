//! Policies under a setting of a claim, and the words for choices and settings.

use super::hypothesis::Setting;
use super::model::{Lever, Policy, Scenario};
use super::names::Names;

impl Policy {
    /// The policy with a setting's choices and values, which take the place of its own.
    #[must_use]
    pub fn under(&self, setting: &Setting) -> Self {
        let mut policy = self.clone();
        for (lever, option) in &setting.choices {
            policy.choices[*lever] = *option;
        }
        for (parameter, value) in &setting.values {
            policy.settings.retain(|(known, _)| known != parameter);
            policy.settings.push((*parameter, *value));
        }
        policy
    }

    /// Whether it chooses and sets what another does; rules are not looked at.
    #[must_use]
    pub fn is_as(&self, other: &Self) -> bool {
        let sorted = |of: &Self| {
            let mut settings = of.settings.clone();
            settings.sort_by_key(|(parameter, _)| *parameter);
            settings
        };
        self.choices == other.choices && sorted(self) == sorted(other)
    }
}

impl Scenario {
    /// Every combination of some levers' options, the last lever's changing fastest: lever and option, by position.
    #[must_use]
    pub fn crossed(&self, levers: &[usize]) -> Vec<Vec<(usize, usize)>> {
        let mut crossed = vec![Vec::new()];
        for lever in levers {
            let options = self.names.states(self.levers[*lever].options).len();
            let longer = crossed.iter().flat_map(|before: &Vec<(usize, usize)>| {
                (0..options).map(|option| [before.as_slice(), &[(*lever, option)]].concat())
            });
            crossed = longer.collect();
        }
        crossed
    }

    /// The first lever that has an option.
    #[must_use]
    pub fn lever_with_option(&self, option: &str) -> Option<&str> {
        let has = |lever: &&Lever| {
            let options = self.names.states(lever.options);
            options.iter().any(|known| known == option)
        };
        self.levers
            .iter()
            .find(has)
            .map(|lever| lever.name.as_str())
    }

    /// The neutral values of those of some parameters that have one.
    #[must_use]
    pub fn neutral_values(&self, parameters: &[usize]) -> Vec<(usize, f64)> {
        let values = parameters.iter().filter_map(|place| {
            let neutral = self.parameters[*place].neutral?;
            Some((*place, neutral))
        });
        values.collect()
    }

    /// A setting in words.
    #[must_use]
    pub fn setting_text(&self, setting: &Setting) -> String {
        let policy = setting.policy.as_ref();
        let policy = policy.map_or("default", |policy| policy.text.as_str());
        let mut words = vec![policy.to_owned()];
        if !setting.choices.is_empty() {
            words.push(self.choices_text(&setting.choices));
        }
        for (parameter, value) in &setting.values {
            let name = self.parameters[*parameter].name();
            words.push(format!("{name} = {value}"));
        }
        words.join(", ")
    }

    /// Levers and their options in words.
    #[must_use]
    pub fn choices_text(&self, choices: &[(usize, usize)]) -> String {
        let words = choices.iter().map(|(lever, option)| {
            let (lever, option) = self.lever_option(*lever, *option);
            format!("{lever} = {option}")
        });
        words.collect::<Vec<_>>().join(", ")
    }

    /// A lever's name and an option's.
    #[must_use]
    pub fn lever_option(&self, lever: usize, option: usize) -> (&str, &str) {
        let names: &Names = &self.names;
        let of = &self.levers[lever];
        (&of.name, &names.states(of.options)[option])
    }
}
