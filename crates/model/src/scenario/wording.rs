//! Expressions as text, in the language of scenarios: families unrolled, states by name.

use super::model::{Scenario, VariableKind};
use super::names::Symbol;
use super::{Expression, Function, LawSpec};
use crate::expr::Expr;

/// How tightly an operator binds its operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Or,
    And,
    Not,
    Comparison,
    Sum,
    Product,
    Sign,
    Power,
    Atom,
}

impl Scenario {
    /// What expressions call a symbol.
    pub fn name_of(&self, symbol: Symbol) -> String {
        let factors = || self.doctrine.iter().flat_map(|doctrine| &doctrine.factors);
        match symbol {
            Symbol::Parameter(index) => self.parameters[index].name.clone(),
            Symbol::Variable(index) => self.variables[index].name.clone(),
            Symbol::Lever(index) => self.levers[index].name.clone(),
            Symbol::Derived(index) => self.derived[index].name.clone(),
            Symbol::Obligation(index) => format!("breached({})", self.obligations[index].name),
            Symbol::Factor(index) => factors()
                .nth(index)
                .map_or_else(String::new, |factor| format!("active({})", factor.name)),
            Symbol::Level => "doctrine".to_owned(),
            Symbol::Time => "time".to_owned(),
        }
    }

    /// An expression as it could stand in the scenario's file.
    pub fn wording(&self, expression: &Expression) -> String {
        self.worded(expression).0
    }

    /// A law as it could stand in the scenario's file.
    pub fn wording_of_law(&self, law: &LawSpec) -> String {
        let family = law.family.name();
        let arguments = law.arguments.iter().map(|one| self.wording(one));
        let signatures = law.family.signatures();
        match (signatures.get(law.signature), signatures) {
            (None, _) => {
                let arguments: Vec<String> = arguments.collect();
                format!("{family}([{}])", arguments.join(", "))
            }
            (_, [[_]]) => format!("{family}({})", arguments.collect::<String>()),
            (Some(names), _) => {
                let named = names.iter().zip(arguments);
                let named: Vec<String> = named.map(|(name, of)| format!("{name} = {of}")).collect();
                format!("{family}({})", named.join(", "))
            }
        }
    }

    fn worded(&self, expression: &Expression) -> (String, Binding) {
        match expression {
            Expr::Constant(value) if *value < 0.0 => (value.to_string(), Binding::Sign),
            Expr::Constant(value) => (value.to_string(), Binding::Atom),
            Expr::Symbol(symbol) => (self.name_of(*symbol), Binding::Atom),
            Expr::Apply(function, parts) => self.applied(*function, parts),
        }
    }

    fn applied(&self, function: Function, parts: &[Expression]) -> (String, Binding) {
        if let Some(level) = self.counted_level(function, parts) {
            return (format!("count({level})"), Binding::Atom);
        }
        let infix = |sign: &str, binding: Binding| {
            let mut text = self.within(&parts[0], binding);
            for part in &parts[1..] {
                // What stands on the right binds tighter: a - (b - c).
                let right = match (binding, self.worded(part)) {
                    (Binding::And | Binding::Or, (text, inner)) if inner >= binding => text,
                    (_, (text, inner)) if inner > binding => text,
                    (_, (text, _)) => format!("({text})"),
                };
                text = format!("{text} {sign} {right}");
            }
            (text, binding)
        };
        let compared = |sign: &str| {
            let [left, right] = [(0, 1), (1, 0)].map(|(this, other)| {
                self.state_beside(&parts[this], &parts[other])
                    .unwrap_or_else(|| self.above(&parts[this], Binding::Comparison))
            });
            (format!("{left} {sign} {right}"), Binding::Comparison)
        };
        let called = |name: &str| {
            let arguments: Vec<String> = parts.iter().map(|part| self.wording(part)).collect();
            (format!("{name}({})", arguments.join(", ")), Binding::Atom)
        };
        match function {
            Function::Negate => (
                format!("-{}", self.within(&parts[0], Binding::Sign)),
                Binding::Sign,
            ),
            Function::Not => (
                format!("not {}", self.within(&parts[0], Binding::Not)),
                Binding::Not,
            ),
            Function::Add => infix("+", Binding::Sum),
            Function::Subtract => infix("-", Binding::Sum),
            Function::Multiply => infix("*", Binding::Product),
            Function::Divide => infix("/", Binding::Product),
            Function::Remainder => infix("%", Binding::Product),
            Function::Power => {
                let base = self.above(&parts[0], Binding::Power);
                let exponent = self.within(&parts[1], Binding::Sign);
                (format!("{base} ^ {exponent}"), Binding::Power)
            }
            Function::Equal => compared("=="),
            Function::NotEqual => compared("!="),
            Function::Less => compared("<"),
            Function::LessOrEqual => compared("<="),
            Function::Greater => compared(">"),
            Function::GreaterOrEqual => compared(">="),
            Function::And => infix("and", Binding::And),
            Function::Or => infix("or", Binding::Or),
            Function::If => called("if"),
            Function::Min => called("min"),
            Function::Max => called("max"),
            Function::Abs => called("abs"),
            Function::Exp => called("exp"),
            Function::Ln => called("ln"),
            Function::Sqrt => called("sqrt"),
            Function::Floor => called("floor"),
            Function::Logistic => called("logistic"),
        }
    }

    /// An operand, in brackets where it binds less tightly.
    fn within(&self, part: &Expression, binding: Binding) -> String {
        let (text, inner) = self.worded(part);
        if inner < binding {
            format!("({text})")
        } else {
            text
        }
    }

    /// An operand, in brackets where it does not bind more tightly.
    fn above(&self, part: &Expression, binding: Binding) -> String {
        let (text, inner) = self.worded(part);
        if inner <= binding {
            format!("({text})")
        } else {
            text
        }
    }

    /// The level whose active factors are added up.
    fn counted_level(&self, function: Function, parts: &[Expression]) -> Option<&str> {
        let doctrine = self.doctrine.as_ref()?;
        let factors: Option<Vec<usize>> = parts
            .iter()
            .map(|part| match part {
                Expr::Symbol(Symbol::Factor(index)) => Some(*index),
                _ => None,
            })
            .collect();
        let factors = factors.filter(|_| function == Function::Add)?;
        let level = doctrine.factors[*factors.first()?].level;
        let all = (0..doctrine.factors.len()).filter(|at| doctrine.factors[*at].level == level);
        let levels = self.names.states(doctrine.levels);
        factors.into_iter().eq(all).then(|| levels[level].as_str())
    }

    /// The name of the state that a number stands for beside what holds states.
    fn state_beside(&self, number: &Expression, other: &Expression) -> Option<String> {
        let (Expr::Constant(value), Expr::Symbol(symbol)) = (number, other) else {
            return None;
        };
        let list = match symbol {
            Symbol::Variable(index) => match self.variables[*index].kind {
                VariableKind::State(list) => list,
                _ => return None,
            },
            Symbol::Lever(index) => self.levers[*index].options,
            Symbol::Level => self.doctrine.as_ref()?.levels,
            _ => return None,
        };
        let mut places = (0_u32..).zip(self.names.states(list));
        let found = places.find(|(place, _)| f64::from(*place) == *value);
        found.map(|(_, state)| state.clone())
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::{Diagnostics, Sources};
    use crate::scenario::{Scenario, scenario_from_files};
    use std::fmt::Write;

    fn with_derived(derived: &[String]) -> Scenario {
        let mut text = "
            [scenario]
            name = \"t\"
            time_unit = \"year\"
            horizon = 1.0
            [parameters]
            p = { value = 1, unit = \"1\" }
            [variables]
            x = { initial = 1 }
            y = { initial = 2.5 }
            war = { states = [\"none\", \"open\"], initial = \"none\" }
            [levers]
            course = { default = \"soft\", options = [\"soft\", \"hard\"] }
            [obligations.calm]
            breached_when = \"course == hard\"
            [doctrine]
            levels = [\"quiet\", \"danger\"]
            [doctrine.factors]
            near = { level = \"danger\", active_when = \"x > 3\" }
            far = { level = \"danger\", active_when = \"x > 5\" }
            [doctrine.rules]
            danger = \"count(danger) >= 1\"
            [derived]
            "
        .to_owned();
        for (index, one) in derived.iter().enumerate() {
            writeln!(text, "d{index} = \"{one}\"").unwrap();
        }
        let mut sources = Sources::new();
        let file = sources.add("t.toml", text);
        let mut diagnostics = Diagnostics::new();
        let scenario = scenario_from_files(&[file], &sources, &mut diagnostics);
        assert!(!diagnostics.has_errors(), "{:?}", diagnostics.sorted());
        scenario.unwrap()
    }

    #[test]
    fn what_is_written_reads_back_as_the_same_expression() {
        let texts = [
            "x + y - (x - y) - p",
            "x * (y + 1) / (x / y) % 3",
            "-x ^ -y ^ 2",
            "(-x) ^ 2 - -3",
            "not (x > 1 or y < 2) and (x == 1 or y != 2 and x >= p)",
            "war == open and none != war and x <= 4",
            "course == hard or doctrine >= danger or breached(calm)",
            "count(danger) + if(active(near), 1, 0)",
            "min(x, y, 3) + max(1, abs(x)) * exp(ln(y)) - sqrt(floor(y)) + logistic(x)",
            "if((x > 1) == (y > 1), 0.1, 1e-7)",
            "d0 + 1",
        ];
        let written = texts.map(str::to_owned);
        let scenario = with_derived(&written);
        let expressions = |scenario: &Scenario| -> Vec<_> {
            scenario
                .derived
                .iter()
                .map(|one| one.expression.clone())
                .collect()
        };
        let worded: Vec<String> = expressions(&scenario)
            .iter()
            .map(|one| scenario.wording(one))
            .collect();
        assert_eq!(
            expressions(&with_derived(&worded)),
            expressions(&scenario),
            "{worded:#?}"
        );
        for (worded, written) in worded.iter().zip(&written).take(2) {
            assert_eq!(worded, written);
        }
        assert_eq!(worded[5], "war == open and none != war and x <= 4");
        assert_eq!(
            worded[6],
            "course == hard or doctrine >= danger or breached(calm)"
        );
        assert_eq!(worded[7], "count(danger) + if(active(near), 1, 0)");
    }
}
