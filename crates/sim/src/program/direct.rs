//! The value of an expression that is part of no program.

use super::instruction::{apply, operand_count};
use detente_model::expr::Expr;

/// An expression's value, where `symbol` gives that of a symbol: the same bits as a program's instructions give.
pub fn value_of<S: Copy>(expression: &Expr<S>, symbol: &impl Fn(S) -> f64) -> f64 {
    match expression {
        Expr::Constant(value) => *value,
        Expr::Symbol(of) => symbol(*of),
        // Of these there may be any number.
        Expr::Apply(function, parts) if operand_count(*function) == 2 => {
            let first = value_of(&parts[0], symbol);
            parts[1..].iter().fold(first, |before, part| {
                let operands = [before, value_of(part, symbol)];
                apply(*function, |place| operands[place])
            })
        }
        Expr::Apply(function, parts) => apply(*function, |place| value_of(&parts[place], symbol)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use detente_model::expr::Function::{Add, If, Less, Multiply, Negate};

    #[test]
    fn values_are_what_the_expression_says() {
        let symbol = |place: usize| [2.0, 3.0, 5.0][place];
        let of = |place: usize| Expr::Symbol(place);
        let sum = Expr::Apply(Add, vec![of(0), of(1), of(2), Expr::Constant(0.5)]);
        assert_eq!(value_of(&sum, &symbol), 10.5);
        let product = Expr::Apply(
            Multiply,
            vec![sum.clone(), Expr::Apply(Negate, vec![of(1)])],
        );
        assert_eq!(value_of(&product, &symbol), -31.5);
        let less = Expr::Apply(Less, vec![of(0), of(1)]);
        let chosen = Expr::Apply(If, vec![less, of(2), product]);
        assert_eq!(value_of(&chosen, &symbol), 5.0);
    }
}
