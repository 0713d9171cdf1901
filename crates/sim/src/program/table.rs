//! Expressions over few states, as tables.
//!
//! A part of an expression that reads nothing but states, flags and bounded whole numbers has finitely many values. They
//! are computed once, by the instructions that would compute them in a trial, so that a look into the table gives the same
//! bits. A hazard with exponentials over such slots costs one look.

use super::assemble::timers;
use super::code::{Code, Quick, Run};
use super::compile::index_u32;
use super::instruction::{Instruction, Operation, follow};
use super::run_parts::RunParts;
use super::{Bounds, Shape, Slot, SlotInfo};
use detente_model::expr::Function;
use std::collections::BTreeMap;
use std::ops::Range;

/// Tables are kept small, so that those of a scenario stay close to the processor.
const MOST_ENTRIES: usize = 1024;
const MOST_AXES: usize = 8;
/// All values of a program together.
const MOST_VALUES: usize = 1 << 18;
/// Instructions that filling all tables of a program may take: a fraction of a second.
const MOST_WORK: usize = 1 << 25;
/// Values of a slot farther from 0 than this have no table, so that places are whole numbers without rounding.
const FARTHEST: f64 = (1_u64 << 31) as f64;

/// 2^52, above which doubles are whole numbers.
const ON_TOP: f64 = (1_u64 << 52) as f64;

/// The tables of a program, without their values.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tables {
    list: Vec<Table>,
    /// Axes beyond a table's first two.
    far: Vec<Axis>,
    /// How rows of values are computed; tables that differ in their slots alone share one.
    recipes: Vec<Recipe>,
    /// Domains of all recipes.
    domains: Vec<Domain>,
    /// Instructions of all recipes, which read axes at places of their own.
    instructions: Vec<Instruction>,
    /// Where the first axis stands while a row is computed, behind all else in memory.
    first_axis: Slot,
    /// How many values there are.
    values: usize,
}

/// Its values stand in a row; the last axis advances fastest.
#[derive(Debug, Clone)]
struct Table {
    /// 2^52 and the place of the value where all slots are 0, which need not exist.
    origin: f64,
    /// Most tables have no more axes than these; one that is missing has stride 0.
    near: [Axis; 2],
    far: Range<u32>,
}

/// A slot that a table reads.
#[derive(Debug, Clone, Copy)]
struct Axis {
    slot: Slot,
    /// How far apart values stand whose slot differs by 1.
    stride: f64,
}

/// How a row of values is computed.
#[derive(Debug, Clone)]
struct Recipe {
    domains: Range<usize>,
    instructions: Range<usize>,
    entries: usize,
}

/// The values that a slot can have: whole numbers from the least on.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Domain {
    low: f64,
    count: usize,
}

impl Tables {
    /// The value in a table for the slots that it reads, which must be within their bounds.
    #[allow(
        clippy::inline_always,
        reason = "a call would cost as much as the look into the table"
    )]
    #[inline(always)]
    #[allow(
        clippy::cast_possible_truncation,
        reason = "places fit into the lower half"
    )]
    pub fn look_up(&self, table: u32, values: &[f64], memory: &[f64]) -> f64 {
        let table = &self.list[table as usize];
        let along = |axis: &Axis| memory[axis.slot as usize] * axis.stride;
        let mut place = table.origin + along(&table.near[0]) + along(&table.near[1]);
        if table.far.start < table.far.end {
            for axis in &self.far[table.far.start as usize..table.far.end as usize] {
                place += along(axis);
            }
        }
        // A whole number on top of 2^52 stands in the low bits: faster than a conversion.
        values[place.to_bits() as u32 as usize]
    }

    /// The values of all tables, with the constants that stand in a program's memory.
    pub fn fill(&self, memory: &[f64]) -> Vec<f64> {
        let mut memory = memory.to_vec();
        memory.resize(memory.len() + MOST_AXES, 0.0);
        let mut values = Vec::with_capacity(self.values);
        for recipe in &self.recipes {
            let instructions = &self.instructions[recipe.instructions.clone()];
            let domains = &self.domains[recipe.domains.clone()];
            let Some(last) = instructions.last() else {
                continue;
            };
            for entry in 0..recipe.entries {
                let mut rest = entry;
                for (axis, domain) in domains.iter().enumerate().rev() {
                    let value = domain.low + (rest % domain.count) as f64;
                    memory[self.first_axis as usize + axis] = value;
                    rest /= domain.count;
                }
                follow(instructions, self, &[], &mut memory);
                values.push(memory[last.target as usize]);
            }
        }
        values
    }
}

/// Whether a table can have these slots.
pub(super) fn has_room(read: &[Slot], slots: &[SlotInfo], bounds: &[Bounds]) -> bool {
    let mut entries = 1_usize;
    for slot in read {
        let slot = *slot as usize;
        let domain = slots
            .get(slot)
            .and_then(|info| Domain::of(info, &bounds[slot]));
        let Some(domain) = domain else {
            return false;
        };
        entries = entries.saturating_mul(domain.count);
    }
    entries <= MOST_ENTRIES && read.len() <= MOST_AXES
}

impl Shape {
    /// The same with tables for slots within these bounds.
    pub(super) fn tabulated_for(&self, bounds: &[Bounds]) -> Self {
        let mut shape = self.clone();
        let own = self.codes.iter().map(|code| code.plain.end).max();
        shape.instructions.truncate(own.unwrap_or(0) as usize);
        let mut tabulation = Tabulation {
            domains: shape
                .slots
                .iter()
                .zip(bounds)
                .map(|(info, bounds)| Domain::of(info, bounds))
                .collect(),
            instructions: &mut shape.instructions,
            first_constant: self.first_constant,
            first_temporary: self.first_temporary,
            tables: Tables {
                first_axis: index_u32(self.places),
                ..Tables::default()
            },
            rows: BTreeMap::new(),
            work_left: MOST_WORK,
        };
        for code in &mut shape.codes {
            code.quick = Quick::Run(code.plain);
            if code.within_bounds {
                tabulation.tabulate(code);
            }
        }
        shape.tables = tabulation.tables;
        shape.timers = timers(&shape);
        shape
    }
}

/// What tells one recipe from another: functions with their operands, and the domains by the bits of their least values.
type Dish = (Vec<(Function, [Slot; 3])>, Vec<(u64, usize)>);

/// Puts tables into a shape.
struct Tabulation<'a> {
    /// By slot the values that it can have, where they are finitely many.
    domains: Vec<Option<Domain>>,
    instructions: &'a mut Vec<Instruction>,
    first_constant: Slot,
    first_temporary: Slot,
    tables: Tables,
    /// Where the row of each recipe begins.
    rows: BTreeMap<Dish, usize>,
    /// Instructions that may still be followed to fill tables.
    work_left: usize,
}

impl Tabulation<'_> {
    /// Finds the parts of an expression that are worth a table: the whole, if that can be, else the largest.
    fn tabulate(&mut self, code: &mut Code) {
        let run = code.plain;
        let parts = RunParts(self.instructions[run.start as usize..run.end as usize].to_vec());
        let Some(whole) = parts.maker(run.result) else {
            return;
        };
        let axes = self.axes(&parts);
        if let Some(axes) = &axes[whole] {
            if let Some(table) = self.table(axes, &parts.cone(whole)) {
                code.quick = Quick::LookUp(table);
            }
            return;
        }
        // From the last instruction to the first: who is needed, and to do what.
        let mut needed = vec![None; parts.0.len()];
        needed[whole] = Some(parts.0[whole]);
        let mut found = false;
        for at in (0..parts.0.len()).rev() {
            let Some(instruction) = &mut needed[at] else {
                continue;
            };
            if let Some(axes) = &axes[at]
                && parts.costs_more(at, 1 + axes.len())
                && let Some(table) = self.table(axes, &parts.cone(at))
            {
                found = true;
                instruction.operation = Operation::LookUp;
                instruction.operands = [table; 3];
            }
            let instruction = *instruction;
            for maker in parts.makers(&instruction) {
                needed[maker] = Some(parts.0[maker]);
            }
        }
        if !found {
            return;
        }
        let start = index_u32(self.instructions.len());
        self.instructions.extend(needed.into_iter().flatten());
        let quick = Run {
            start,
            end: index_u32(self.instructions.len()),
            result: run.result,
        };
        code.quick = Quick::Run(quick);
    }

    /// For each instruction the slots that its value hangs on, in order, where a table can have them all.
    fn axes(&self, parts: &RunParts) -> Vec<Option<Vec<Slot>>> {
        let mut all: Vec<Option<Vec<Slot>>> = Vec::with_capacity(parts.0.len());
        for instruction in &parts.0 {
            let mut union = Some(Vec::new());
            for place in instruction.reads() {
                let axes = match parts.maker(*place) {
                    Some(maker) => all[maker].clone(),
                    None if *place < self.first_constant => Some(vec![*place]),
                    None => Some(Vec::new()),
                };
                union = union.zip(axes).map(|(a, b)| [a, b].concat());
            }
            all.push(union.and_then(|mut slots| {
                slots.sort_unstable();
                slots.dedup();
                let mut entries = 1_usize;
                for slot in &slots {
                    let domain = self.domains[*slot as usize]?;
                    entries = domain.count.saturating_mul(entries);
                    if entries > MOST_ENTRIES {
                        return None;
                    }
                }
                (slots.len() <= MOST_AXES).then_some(slots)
            }));
        }
        all
    }

    /// A table of what the last of some instructions yields; nothing where the program's tables would grow too large.
    fn table(&mut self, slots: &[Slot], cone: &[Instruction]) -> Option<u32> {
        let domains: Option<Vec<Domain>> = slots
            .iter()
            .map(|slot| self.domains[*slot as usize])
            .collect();
        let domains = domains?;
        let row = self.row(slots, &domains, cone)?;
        let (mut origin, mut stride) = (ON_TOP + row as f64, 1.0);
        let mut axes = Vec::with_capacity(slots.len());
        for (slot, domain) in slots.iter().zip(&domains).rev() {
            origin -= domain.low * stride;
            axes.push(Axis {
                slot: *slot,
                stride,
            });
            stride *= domain.count as f64;
        }
        let first_far = index_u32(self.tables.far.len());
        self.tables.far.extend(axes.iter().skip(2));
        // Any slot that the table reads will do for an axis of stride 0: its value is finite.
        let idle = Axis {
            slot: slots.first().copied().unwrap_or(0),
            stride: 0.0,
        };
        axes.resize(axes.len().max(2), idle);
        self.tables.list.push(Table {
            origin,
            near: [axes[0], axes[1]],
            far: first_far..index_u32(self.tables.far.len()),
        });
        Some(index_u32(self.tables.list.len() - 1))
    }

    /// Where the row of values begins that some instructions yield over slots with these domains.
    fn row(&mut self, slots: &[Slot], domains: &[Domain], cone: &[Instruction]) -> Option<usize> {
        let general = self.general(slots, cone);
        let functions = general
            .iter()
            .filter_map(|made| match made.operation {
                Operation::Function(function) => Some((function, made.operands)),
                Operation::LookUp => None,
            })
            .collect();
        let spans = domains.iter();
        let spans = spans.map(|domain| (domain.low.to_bits(), domain.count));
        let dish = (functions, spans.collect());
        if let Some(row) = self.rows.get(&dish) {
            return Some(*row);
        }
        let entries: usize = domains.iter().map(|domain| domain.count).product();
        let work = entries * general.len();
        let row = self.tables.values;
        if work > self.work_left || row + entries > MOST_VALUES {
            return None;
        }
        self.work_left -= work;
        self.tables.values += entries;
        let tables = &mut self.tables;
        let (first_domain, first) = (tables.domains.len(), tables.instructions.len());
        tables.domains.extend(domains);
        tables.instructions.extend(general);
        tables.recipes.push(Recipe {
            domains: first_domain..tables.domains.len(),
            instructions: first..tables.instructions.len(),
            entries,
        });
        self.rows.insert(dish, row);
        Some(row)
    }

    /// The same instructions with slots at the places of axes, and intermediate values numbered from the first place for these.
    fn general(&self, slots: &[Slot], cone: &[Instruction]) -> Vec<Instruction> {
        let mut places = BTreeMap::new();
        for (place, made) in (self.first_temporary..).zip(cone) {
            places.insert(made.target, place);
        }
        let place = |operand: Slot| match places.get(&operand) {
            Some(place) => *place,
            None if operand < self.first_constant => {
                let axis = slots.iter().position(|slot| *slot == operand);
                self.tables.first_axis + index_u32(axis.unwrap_or(0))
            }
            None => operand,
        };
        let cone = cone.iter().map(|made| {
            let mut operands = [0; 3];
            for (general, operand) in operands.iter_mut().zip(made.reads()) {
                *general = place(*operand);
            }
            Instruction {
                operation: made.operation,
                target: place(made.target),
                operands,
            }
        });
        cone.collect()
    }
}

impl Domain {
    /// Of a slot whose values are finitely many whole numbers.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a number of values, which is not below 0"
    )]
    fn of(info: &SlotInfo, bounds: &Bounds) -> Option<Self> {
        if !info.states.is_empty() {
            return Some(Self {
                low: 0.0,
                count: info.states.len(),
            });
        }
        let (low, high) = (bounds.low.ceil(), bounds.high.floor());
        let bounded = bounds.whole && low.abs() <= FARTHEST && high.abs() <= FARTHEST;
        // Where no value is possible no trial begins.
        bounded.then(|| Self {
            low,
            count: (high - low + 1.0).max(1.0) as usize,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two counts, a flag and a number without bounds, then a constant and room for intermediate values.
    const COUNT: Slot = 0;
    const OTHER: Slot = 1;
    const FLAG: Slot = 2;
    const NUMBER: Slot = 3;
    const CONSTANT: Slot = 4;
    const FREE: Slot = 5;

    fn bounds(most: f64) -> Vec<(Bounds, usize)> {
        let slot = |low, high, whole, states| (Bounds { low, high, whole }, states);
        vec![
            slot(-2.5, most, true, 0),
            slot(-2.0, most, true, 0),
            slot(f64::NEG_INFINITY, f64::INFINITY, false, 2),
            slot(0.0, 1.0, false, 0),
        ]
    }

    /// The tables of some runs, and the runs as they then are.
    fn tabulated(
        slots: &[(Bounds, usize)],
        instructions: &mut Vec<Instruction>,
        memory: &[f64],
        runs: &[(u32, u32, Slot)],
    ) -> (Tables, Vec<f64>, Vec<Quick>) {
        let domains = slots.iter().map(|(bounds, states)| {
            let info = SlotInfo {
                name: String::new(),
                states: vec![String::new(); *states],
            };
            Domain::of(&info, bounds)
        });
        let mut tabulation = Tabulation {
            domains: domains.collect(),
            instructions,
            first_constant: CONSTANT,
            first_temporary: FREE,
            tables: Tables {
                first_axis: index_u32(memory.len()),
                ..Tables::default()
            },
            rows: BTreeMap::new(),
            work_left: MOST_WORK,
        };
        let quick = runs.iter().map(|&(start, end, result)| {
            let mut code = Code::of(Run { start, end, result }, true);
            tabulation.tabulate(&mut code);
            code.quick
        });
        let quick = quick.collect();
        let values = tabulation.tables.fill(memory);
        (tabulation.tables, values, quick)
    }

    fn value(
        quick: Quick,
        instructions: &[Instruction],
        (tables, values): (&Tables, &[f64]),
        memory: &mut [f64],
    ) -> f64 {
        match quick {
            Quick::LookUp(table) => tables.look_up(table, values, memory),
            Quick::Run(run) => {
                let run_of = &instructions[run.start as usize..run.end as usize];
                follow(run_of, tables, values, memory);
                memory[run.result as usize]
            }
        }
    }

    fn made(function: Function, a: Slot, b: Slot, target: Slot) -> Instruction {
        Instruction {
            operation: Operation::Function(function),
            target,
            operands: [a, b, b],
        }
    }

    /// exp(0.3 count) + flag, then times the number.
    fn product(count: Slot) -> [Instruction; 4] {
        [
            made(Function::Multiply, count, CONSTANT, FREE),
            made(Function::Exp, FREE, FREE, FREE + 1),
            made(Function::Add, FREE + 1, FLAG, FREE + 2),
            made(Function::Multiply, FREE + 2, NUMBER, FREE + 3),
        ]
    }

    fn memory() -> Vec<f64> {
        let mut memory = vec![0.0; FREE as usize + 4];
        memory[CONSTANT as usize] = 0.3;
        memory
    }

    #[test]
    fn a_table_has_the_bits_of_its_instructions() {
        let mut instructions = product(COUNT).to_vec();
        let runs = [(0, 3, FREE + 2), (0, 4, FREE + 3)];
        let (tables, values, quick) = tabulated(&bounds(5.0), &mut instructions, &memory(), &runs);
        // The whole sum is one table; of the product all but the last step, with the same values.
        assert!(matches!(quick[0], Quick::LookUp(_)), "{quick:?}");
        let Quick::Run(run) = quick[1] else {
            panic!("{quick:?}");
        };
        assert_eq!(run.end - run.start, 2);
        assert_eq!(values.len(), 8 * 2);
        for count in -2..=5 {
            for flag in [0.0, 1.0] {
                let mut memory = memory();
                memory[COUNT as usize] = f64::from(count);
                memory[FLAG as usize] = flag;
                memory[NUMBER as usize] = 0.7;
                let expected = libm::exp(f64::from(count) * 0.3) + flag;
                let [sum, product] = [0, 1].map(|place: usize| {
                    value(quick[place], &instructions, (&tables, &values), &mut memory)
                });
                assert_eq!(sum, expected);
                assert_eq!(product, expected * 0.7);
            }
        }
    }

    /// The third axis stands beyond the first two.
    #[test]
    fn a_table_of_three_slots() {
        let mut instructions = vec![
            made(Function::Multiply, COUNT, CONSTANT, FREE),
            made(Function::Add, FREE, OTHER, FREE + 1),
            made(Function::Divide, FLAG, FREE + 1, FREE + 2),
        ];
        let (tables, values, quick) = tabulated(
            &bounds(3.0),
            &mut instructions,
            &memory(),
            &[(0, 3, FREE + 2)],
        );
        let Quick::LookUp(table) = quick[0] else {
            panic!("{quick:?}");
        };
        for (count, other, flag) in [(-2.0, -2.0, 1.0), (3.0, 1.0, 0.0), (-1.0, 3.0, 1.0)] {
            let expected = flag / (count * 0.3 + other);
            assert_eq!(
                tables.look_up(table, &values, &[count, other, flag]),
                expected
            );
        }
    }

    /// Far from 0 a place would be rounded.
    #[test]
    fn slots_far_from_0_have_no_table() {
        let sum_of = |low, high| {
            let mut slots = bounds(5.0);
            (slots[1].0.low, slots[1].0.high) = (low, high);
            let mut instructions = vec![
                made(Function::Multiply, COUNT, CONSTANT, FREE),
                made(Function::Add, FREE, OTHER, FREE + 1),
            ];
            tabulated(&slots, &mut instructions, &memory(), &[(0, 2, FREE + 1)])
        };
        for (low, high) in [(-1e13, -1e13 + 1.0), (3e15, 3e15 + 2.0), (-1e300, -1e300)] {
            let (_, values, quick) = sum_of(low, high);
            assert!(matches!(quick[0], Quick::Run(_)) && values.is_empty());
        }
        // As far as they may be, they are exact.
        let (tables, values, quick) = sum_of(-FARTHEST, 30.0 - FARTHEST);
        let Quick::LookUp(table) = quick[0] else {
            panic!("{quick:?}");
        };
        for (count, other) in [(-2.0, 0.0), (5.0, 30.0), (1.0, 17.0)] {
            let other = other - FARTHEST;
            let looked_up = tables.look_up(table, &values, &[count, other]);
            assert_eq!(looked_up, count * 0.3 + other);
        }
    }

    /// A chain of terms, each worth no table, is not read again and again.
    #[test]
    fn long_runs_are_read_in_good_time() {
        let mut instructions = Vec::new();
        let mut memory = memory();
        memory.resize(20_000, 0.0);
        let (mut last, mut next) = (NUMBER, FREE);
        for _ in 0..5_000 {
            instructions.push(made(Function::Greater, COUNT, CONSTANT, next));
            instructions.push(made(Function::Add, last, next, next + 1));
            (last, next) = (next + 1, next + 2);
        }
        let (_, values, quick) = tabulated(
            &bounds(5.0),
            &mut instructions,
            &memory,
            &[(0, 10_000, last)],
        );
        assert!(matches!(quick[0], Quick::Run(_)) && values.is_empty());
    }

    /// Tables that differ in their slot alone, and stand at different places of their runs, have one row of values.
    #[test]
    fn equal_tables_share_their_values() {
        let mut instructions = product(COUNT)[..2].to_vec();
        instructions.push(made(Function::Add, NUMBER, NUMBER, FREE));
        instructions.push(made(Function::Multiply, OTHER, CONSTANT, FREE + 1));
        instructions.push(made(Function::Exp, FREE + 1, FREE + 1, FREE + 2));
        instructions.push(made(Function::Add, FREE, FREE + 2, FREE + 3));
        let mut slots = bounds(20.0);
        slots[1].0.low = -2.5;
        let runs = [(0, 2, FREE + 1), (2, 6, FREE + 3)];
        let (tables, values, quick) = tabulated(&slots, &mut instructions, &memory(), &runs);
        assert_eq!((tables.list.len(), values.len()), (2, 23));
        let mut memory = memory();
        memory[OTHER as usize] = 7.0;
        memory[NUMBER as usize] = 0.25;
        let sum = value(quick[1], &instructions, (&tables, &values), &mut memory);
        assert_eq!(sum, 0.5 + libm::exp(7.0 * 0.3));
    }

    #[test]
    fn what_has_too_many_values_stays_as_it_is() {
        for most in [5_000.0, f64::INFINITY] {
            let mut instructions = product(COUNT).to_vec();
            let (tables, values, quick) = tabulated(
                &bounds(most),
                &mut instructions,
                &memory(),
                &[(0, 4, FREE + 3)],
            );
            assert!(matches!(quick[0], Quick::Run(_)) && values.is_empty());
            let mut memory = memory();
            memory[COUNT as usize] = 2.0;
            memory[NUMBER as usize] = 0.5;
            let product = value(quick[0], &instructions, (&tables, &values), &mut memory);
            assert_eq!(product, libm::exp(2.0 * 0.3) * 0.5);
        }
    }
}
