//! [`Ast`] → [`Expr`]: names resolved, types checked, families unrolled.

use super::ast::{Ast, AstKind, BinaryOperator, UnaryOperator};
use super::environment::{Environment, Typed};
use super::state_name::unknown_state;
use super::template::{Bindings, Template};
use super::typed::{Expr, Function, Type};
use super::{CLAMPS, MAX_OPERATIONS, MAX_OPERATIONS_TOGETHER, is_name, parse};
use crate::diagnostic::{Diagnostics, Quoted, some_of};
use std::ops::Range;

/// Checks that `ast`, read from `text`, is an expression of type `expected` under `bindings`.
/// Mistakes go to `diagnostics`, and then there is no expression.
pub fn check<E: Environment>(
    ast: &Ast,
    text: &Quoted,
    environment: &E,
    bindings: &Bindings,
    expected: Type,
    diagnostics: &mut Diagnostics,
) -> Option<Expr<E::Symbol>> {
    let mut checker = Checker {
        text,
        environment,
        diagnostics,
        left: MAX_OPERATIONS,
    };
    let states = match expected {
        Type::State(list) => Some(list),
        _ => None,
    };
    let (expr, found) = checker.whole(ast, bindings, states)?;
    checker.require(&ast.span, expected, found)?;
    Some(expr)
}

/// Checks `ast`, read from `text`, where any type will do, and yields its type with it.
/// Mistakes go to `diagnostics`, and then there is no expression.
pub fn infer<E: Environment>(
    ast: &Ast,
    text: &Quoted,
    environment: &E,
    bindings: &Bindings,
    diagnostics: &mut Diagnostics,
) -> Option<(Expr<E::Symbol>, Type)> {
    Checker {
        text,
        environment,
        diagnostics,
        left: MAX_OPERATIONS,
    }
    .whole(ast, bindings, None)
}

struct Checker<'a, E: Environment> {
    text: &'a Quoted,
    environment: &'a E,
    diagnostics: &'a mut Diagnostics,
    /// Operations that the expression may still have.
    left: usize,
}

type Checked<E> = Option<Typed<<E as Environment>::Symbol>>;

impl<E: Environment> Checker<'_, E> {
    /// Checks the whole expression, unless those before it have too many operations together.
    fn whole(&mut self, ast: &Ast, bindings: &Bindings, states: Option<usize>) -> Checked<E> {
        if !self.environment.spend(0) {
            return None;
        }
        let checked = self.check(ast, bindings, states);
        if !self.environment.spend(MAX_OPERATIONS - self.left) {
            let message = format!(
                "with their sums written out all expressions together have more than {MAX_OPERATIONS_TOGETHER} operations"
            );
            self.error(&ast.span, message, "too long with this one")
                .help("name a sum that many expressions read under [derived]");
            return None;
        }
        checked
    }

    /// `states`: the list that a bare state name would belong to here.
    fn check(&mut self, ast: &Ast, bindings: &Bindings, states: Option<usize>) -> Checked<E> {
        if self.left == 0 {
            return None;
        }
        self.left -= 1;
        if self.left == 0 {
            let message =
                format!("with its sums written out this has more than {MAX_OPERATIONS} operations");
            self.error(&ast.span, message, "too long")
                .help("sums inside sums multiply; name the inner ones under [derived]");
            return None;
        }
        match &ast.kind {
            AstKind::Number(number) => Some((Expr::Constant(*number), Type::Number)),
            AstKind::Truth(truth) => {
                Some((Expr::Constant(f64::from(u8::from(*truth))), Type::Truth))
            }
            AstKind::Name(template) => self.name(template, &ast.span, bindings, states),
            AstKind::Unary(UnaryOperator::Negate, operand) => self.apply(
                Function::Negate,
                &[operand],
                Type::Number,
                Type::Number,
                bindings,
            ),
            AstKind::Unary(UnaryOperator::Not, operand) => self.apply(
                Function::Not,
                &[operand],
                Type::Truth,
                Type::Truth,
                bindings,
            ),
            AstKind::Binary(operator, left, right) => {
                self.binary(*operator, left, right, &ast.span, bindings)
            }
            AstKind::Call {
                function,
                function_span,
                arguments,
            } => self.call(
                function,
                function_span,
                arguments,
                &ast.span,
                bindings,
                states,
            ),
        }
    }

    fn name(
        &mut self,
        template: &Template,
        span: &Range<usize>,
        bindings: &Bindings,
        states: Option<usize>,
    ) -> Checked<E> {
        let name = match template.resolve(bindings) {
            Ok(name) => name,
            Err(message) => {
                self.error(span, message, "a placeholder without a value");
                return None;
            }
        };
        // A placeholder may bring a truth as well as a name.
        if !is_name(&name) || name == "true" || name == "false" {
            return self.substituted(&name, span, bindings, states);
        }
        if let Some(position) = states.and_then(|list| self.environment.state_place(list, &name)) {
            return Some((
                Expr::Constant(f64::from(u32::try_from(position).unwrap_or(u32::MAX))),
                Type::State(states?),
            ));
        }
        match self.environment.symbol(&name) {
            Ok((symbol, found)) => Some((Expr::Symbol(symbol), found)),
            Err(Some((message, help))) => {
                self.error(span, message, "may not be read here")
                    .maybe_help(help);
                None
            }
            Err(None) => {
                self.undefined(&name, span, states);
                None
            }
        }
    }

    /// A placeholder may stand for a number or a whole expression.
    fn substituted(
        &mut self,
        text: &str,
        span: &Range<usize>,
        bindings: &Bindings,
        states: Option<usize>,
    ) -> Checked<E> {
        match parse(text) {
            Ok(ast) => {
                let quoted = Quoted::opaque(text, self.text.span_of(span.clone()));
                let mut inner = Checker {
                    text: &quoted,
                    environment: self.environment,
                    diagnostics: self.diagnostics,
                    left: self.left,
                };
                let checked = inner.check(&ast, bindings, states);
                self.left = inner.left;
                checked
            }
            Err(failure) => {
                let message = format!(
                    "with its placeholders filled this is `{text}`: {}",
                    failure.message
                );
                self.error(span, message, "neither a name nor an expression");
                None
            }
        }
    }

    fn undefined(&mut self, name: &str, span: &Range<usize>, states: Option<usize>) {
        if let Some(list) = states {
            let all = self.environment.states(list);
            let place = self.text.span_of(span.clone());
            unknown_state(name, "state", place, all, self.diagnostics);
            return;
        }
        let help = if !self.diagnostics.suggests() {
            None
        } else if let Some(bearer) = self.environment.bearer_of_state(name) {
            Some(format!(
                "`{name}` is a state of `{bearer}`; compare them: `{bearer} == {name}`"
            ))
        } else {
            let near = self
                .diagnostics
                .did_you_mean(name, self.environment.names());
            near.map(|near| format!("did you mean `{near}`?"))
        };
        self.error(span, format!("`{name}` is not defined"), "no such name")
            .maybe_help(help);
    }

    fn binary(
        &mut self,
        operator: BinaryOperator,
        left: &Ast,
        right: &Ast,
        span: &Range<usize>,
        bindings: &Bindings,
    ) -> Checked<E> {
        use BinaryOperator as B;
        let function = match operator {
            B::Add => Function::Add,
            B::Subtract => Function::Subtract,
            B::Multiply => Function::Multiply,
            B::Divide => Function::Divide,
            B::Remainder => Function::Remainder,
            B::Power => Function::Power,
            B::And => Function::And,
            B::Or => Function::Or,
            B::Equal => Function::Equal,
            B::NotEqual => Function::NotEqual,
            B::Less => Function::Less,
            B::LessOrEqual => Function::LessOrEqual,
            B::Greater => Function::Greater,
            B::GreaterOrEqual => Function::GreaterOrEqual,
        };
        match operator {
            B::Add | B::Subtract | B::Multiply | B::Divide | B::Remainder | B::Power => self.apply(
                function,
                &[left, right],
                Type::Number,
                Type::Number,
                bindings,
            ),
            B::And | B::Or => {
                self.apply(function, &[left, right], Type::Truth, Type::Truth, bindings)
            }
            _ => self.comparison(function, operator, [left, right], span, bindings),
        }
    }

    fn comparison(
        &mut self,
        function: Function,
        operator: BinaryOperator,
        [left, right]: [&Ast; 2],
        span: &Range<usize>,
        bindings: &Bindings,
    ) -> Checked<E> {
        let [left_states, right_states] = self.sides(left, right, span, bindings)?;
        let states = left_states.or(right_states);
        if states.is_none() {
            // Beside a name that may not be read here, its states mean nothing; only the first is a mistake.
            for (side, other) in [(left, right), (right, left)] {
                if self.is_refused(side, bindings) && matches!(other.kind, AstKind::Name(_)) {
                    return self.check(side, bindings, None).and(None);
                }
            }
        }
        let a = self.check(left, bindings, left_states);
        let b = self.check(right, bindings, right_states);
        let ((a, a_type), (b, b_type)) = (a?, b?);
        let ordered = !matches!(operator, BinaryOperator::Equal | BinaryOperator::NotEqual);
        if a_type != b_type {
            let message = format!(
                "`{}` compares {} with {}",
                operator.symbol(),
                self.describe(a_type),
                self.describe(b_type)
            );
            let help = states.map(|list| {
                format!(
                    "compare it with one of {}",
                    some_of(self.environment.states(list).iter())
                )
            });
            self.error(span, message, "the two sides differ in kind")
                .maybe_help(help);
            return None;
        }
        if ordered && a_type == Type::Truth {
            self.error(
                span,
                format!("`{}` cannot order truths", operator.symbol()),
                "true and false have no order",
            );
            return None;
        }
        Some((Expr::Apply(function, vec![a, b]), Type::Truth))
    }

    /// The lists that bare states on the two sides of a comparison belong to: each side's is that of the other
    /// side. Where both sides bear values, either may be meant as a state of the other; two readings are a mistake.
    fn sides(
        &mut self,
        left: &Ast,
        right: &Ast,
        span: &Range<usize>,
        bindings: &Bindings,
    ) -> Option<[Option<usize>; 2]> {
        let lists = (
            self.states_of(left, bindings),
            self.states_of(right, bindings),
        );
        let (Some(of_left), Some(of_right)) = lists else {
            return Some([lists.1, lists.0]);
        };
        let left_is_state = self.is_state(left, of_right, bindings);
        let right_is_state = self.is_state(right, of_left, bindings);
        let same_name = left.kind == right.kind;
        let readings = [
            (of_left == of_right && !same_name, [None, None]),
            (right_is_state, [None, Some(of_left)]),
            (left_is_state && !same_name, [Some(of_right), None]),
        ];
        let mut possible = readings.iter().filter(|(possible, _)| *possible);
        let first = possible.next();
        if possible.next().is_some() {
            self.error(
                span,
                "one of these names is both a variable and a state of the other",
                "this can be read in two ways",
            )
            .help("give the variable or the state another name");
            return None;
        }
        Some(first.map_or([None, None], |(_, lists)| *lists))
    }

    /// Whether an operand could be meant as a bare state of a list.
    fn is_state(&self, ast: &Ast, list: usize, bindings: &Bindings) -> bool {
        let AstKind::Name(template) = &ast.kind else {
            return false;
        };
        let name = template.resolve(bindings);
        name.is_ok_and(|name| self.environment.state_place(list, &name).is_some())
    }

    /// Whether an operand is a name that exists and may not be read here.
    fn is_refused(&self, ast: &Ast, bindings: &Bindings) -> bool {
        let AstKind::Name(template) = &ast.kind else {
            return false;
        };
        let name = template.resolve(bindings);
        name.is_ok_and(|name| matches!(self.environment.symbol(&name), Err(Some(_))))
    }

    /// The list of states that an operand plainly has, looked up without complaint.
    fn states_of(&self, ast: &Ast, bindings: &Bindings) -> Option<usize> {
        match &ast.kind {
            AstKind::Name(template) => {
                let name = template.resolve(bindings).ok()?;
                match self.environment.symbol(&name) {
                    Ok((_, Type::State(list))) => Some(list),
                    _ => None,
                }
            }
            AstKind::Call {
                function,
                arguments,
                ..
            } if function == "if" && arguments.len() == 3 => self
                .states_of(&arguments[1], bindings)
                .or_else(|| self.states_of(&arguments[2], bindings)),
            _ => None,
        }
    }

    fn call(
        &mut self,
        function: &str,
        function_span: &Range<usize>,
        arguments: &[Ast],
        span: &Range<usize>,
        bindings: &Bindings,
        states: Option<usize>,
    ) -> Checked<E> {
        let all: Vec<&Ast> = arguments.iter().collect();
        let numeric = match function {
            "if" => return self.conditional(arguments, span, bindings, states),
            "sum" | "any" | "all" => return self.over_set(function, arguments, span, bindings),
            "clamp" => return self.clamp(arguments, span, bindings),
            "min" => (Function::Min, 2..=usize::MAX),
            "max" => (Function::Max, 2..=usize::MAX),
            "abs" => (Function::Abs, 1..=1),
            "exp" => (Function::Exp, 1..=1),
            "ln" => (Function::Ln, 1..=1),
            "sqrt" => (Function::Sqrt, 1..=1),
            "floor" => (Function::Floor, 1..=1),
            "logistic" => (Function::Logistic, 1..=1),
            _ => return self.named_call(function, function_span, arguments, span, bindings),
        };
        let wanted = match *numeric.1.end() {
            usize::MAX => "two or more arguments",
            _ => "one argument",
        };
        self.arity(function, span, arguments.len(), numeric.1, wanted)?;
        self.apply(numeric.0, &all, Type::Number, Type::Number, bindings)
    }

    fn conditional(
        &mut self,
        arguments: &[Ast],
        span: &Range<usize>,
        bindings: &Bindings,
        states: Option<usize>,
    ) -> Checked<E> {
        self.arity(
            "if",
            span,
            arguments.len(),
            3..=3,
            "three arguments: if(condition, then, else)",
        )?;
        let [then_states, otherwise_states] = match states {
            Some(_) => [states; 2],
            None => self.sides(&arguments[1], &arguments[2], span, bindings)?,
        };
        let condition = self.check(&arguments[0], bindings, None);
        let then = self.check(&arguments[1], bindings, then_states);
        let otherwise = self.check(&arguments[2], bindings, otherwise_states);
        let (condition, condition_type) = condition?;
        self.require(&arguments[0].span, Type::Truth, condition_type)?;
        let ((then, then_type), (otherwise, otherwise_type)) = (then?, otherwise?);
        self.require(&arguments[2].span, then_type, otherwise_type)?;
        Some((
            Expr::Apply(Function::If, vec![condition, then, otherwise]),
            then_type,
        ))
    }

    fn over_set(
        &mut self,
        function: &str,
        arguments: &[Ast],
        span: &Range<usize>,
        bindings: &Bindings,
    ) -> Checked<E> {
        self.arity(
            function,
            span,
            arguments.len(),
            2..=2,
            "a set and an expression, as in sum(dyad, x_{dyad})",
        )?;
        let set = match &arguments[0].kind {
            AstKind::Name(template) => template.text.as_str(),
            _ => "",
        };
        let Some(elements) = self.environment.set(set) else {
            self.error(
                &arguments[0].span,
                format!("`{function}` runs over a set, and there is no set `{set}`"),
                "no such set",
            )
            .help("sets stand under [sets]");
            return None;
        };
        let (operand, fold, empty) = match function {
            "sum" => (Type::Number, Function::Add, 0.0),
            "any" => (Type::Truth, Function::Or, 0.0),
            _ => (Type::Truth, Function::And, 1.0),
        };
        let mut terms = Vec::new();
        for element in elements {
            let (term, found) = self.check(&arguments[1], &bindings.with(set, element), None)?;
            self.require(&arguments[1].span, operand, found)?;
            terms.push(term);
        }
        let expr = match terms.len() {
            0 => Expr::Constant(empty),
            1 => terms.remove(0),
            _ => Expr::Apply(fold, terms),
        };
        Some((expr, operand))
    }

    fn clamp(&mut self, arguments: &[Ast], span: &Range<usize>, bindings: &Bindings) -> Checked<E> {
        self.arity(
            "clamp",
            span,
            arguments.len(),
            3..=3,
            "three arguments: clamp(x, low, high)",
        )?;
        let all: Vec<&Ast> = arguments.iter().collect();
        let (expr, _) = self.apply(Function::Min, &all, Type::Number, Type::Number, bindings)?;
        let Expr::Apply(_, mut parts) = expr else {
            return None;
        };
        let high = parts.pop()?;
        let low = parts.pop()?;
        let x = parts.pop()?;
        if let (Some(least), Some(most)) = (low.plain_value(), high.plain_value())
            && least > most
        {
            let place = self.text.span_of(span.clone());
            let message =
                format!("this clamp is always {least}: its low is above its high, {most}");
            self.diagnostics
                .warning(CLAMPS, place, message, "inverted")
                .help("write clamp(x, low, high)");
        }
        let below = Expr::Apply(Function::Min, vec![x, high]);
        Some((Expr::Apply(Function::Max, vec![low, below]), Type::Number))
    }

    fn named_call(
        &mut self,
        function: &str,
        function_span: &Range<usize>,
        arguments: &[Ast],
        span: &Range<usize>,
        bindings: &Bindings,
    ) -> Checked<E> {
        let argument = match arguments {
            [
                Ast {
                    kind: AstKind::Name(template),
                    ..
                },
            ] => template.resolve(bindings).unwrap_or_default(),
            _ => String::new(),
        };
        let suggests = self.diagnostics.suggests();
        match self.environment.named_call(function, &argument, suggests) {
            Some(Ok(called)) => Some(called),
            Some(Err((message, help))) => {
                let place = arguments.first().map_or(span, |a| &a.span);
                self.error(place, message, "wrong here").maybe_help(help);
                None
            }
            None => {
                const FUNCTIONS: [&str; 16] = [
                    "if", "min", "max", "abs", "exp", "ln", "sqrt", "floor", "clamp", "logistic",
                    "sum", "any", "all", "count", "active", "breached",
                ];
                let help = match function {
                    "log" => Some("the natural logarithm is `ln`".to_owned()),
                    "pow" => Some("powers are written `a ^ b`".to_owned()),
                    _ => self
                        .diagnostics
                        .did_you_mean(function, FUNCTIONS)
                        .map(|near| format!("did you mean `{near}`?")),
                };
                self.error(
                    function_span,
                    format!("there is no function `{function}`"),
                    "no such function",
                )
                .maybe_help(help);
                None
            }
        }
    }

    fn arity(
        &mut self,
        function: &str,
        span: &Range<usize>,
        given: usize,
        allowed: std::ops::RangeInclusive<usize>,
        wanted: &str,
    ) -> Option<()> {
        if allowed.contains(&given) {
            return Some(());
        }
        self.error(
            span,
            format!("`{function}` takes {wanted}, not {given}"),
            "wrong number of arguments",
        );
        None
    }

    /// A function whose operands all have one type.
    fn apply(
        &mut self,
        function: Function,
        operands: &[&Ast],
        operand_type: Type,
        result: Type,
        bindings: &Bindings,
    ) -> Checked<E> {
        let checked: Vec<Checked<E>> = operands
            .iter()
            .map(|operand| self.check(operand, bindings, None))
            .collect();
        let mut arguments = Vec::with_capacity(operands.len());
        let mut sound = true;
        for (operand, checked) in operands.iter().zip(checked) {
            let Some((expr, found)) = checked else {
                sound = false;
                continue;
            };
            sound &= self.require(&operand.span, operand_type, found).is_some();
            arguments.push(expr);
        }
        sound.then_some((Expr::Apply(function, arguments), result))
    }

    fn require(&mut self, span: &Range<usize>, expected: Type, found: Type) -> Option<()> {
        if expected == found {
            return Some(());
        }
        let help = match (expected, found) {
            (Type::Number, Type::Truth) => {
                Some("to make a number of a truth write if(…, 1, 0)".to_owned())
            }
            (Type::Truth, Type::Number) => {
                Some("compare it with something, as in `x > 0`".to_owned())
            }
            (Type::Number, Type::State(list)) => Some(format!(
                "states are no numbers; give each one that counts a number, as in if(… == {}, 1, 0)",
                self.environment
                    .states(list)
                    .last()
                    .map_or("state", String::as_str)
            )),
            (_, Type::State(list)) => Some(format!(
                "compare it with one of its states: {}",
                some_of(self.environment.states(list).iter())
            )),
            _ => None,
        };
        let message = format!(
            "expected {}, found {}",
            self.describe(expected),
            self.describe(found)
        );
        let label = format!("this is {}", self.describe(found));
        self.error(span, message, label).maybe_help(help);
        None
    }

    fn describe(&self, of: Type) -> String {
        match of {
            Type::Truth => "a truth".to_owned(),
            Type::Number => "a number".to_owned(),
            Type::State(list) => {
                let states = some_of(self.environment.states(list).iter());
                format!("a state ({states})")
            }
        }
    }

    fn error(
        &mut self,
        span: &Range<usize>,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> &mut crate::diagnostic::Diagnostic {
        self.diagnostics
            .error(self.text.span_of(span.clone()), message, label)
    }
}
