//! `trials.parquet`: a row a trial, a column an outcome, null where a first time was not reached; behind them for each
//! first time with a `by` a column of its states' names.

use super::error::{StoreError, at};
use super::file_names::TRIALS_FILE;
use super::folder::ResultFolder;
use super::parquet_file::{field, form, properties, text_field, write_column};
use detente_model::scenario::MeasureKind;
use detente_report::summary::TrialColumn;
use parquet::basic::{Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

/// Values kept in memory until their rows are written as one group; a comparison keeps so many for each policy.
const GROUP_VALUES: usize = 1_000_000;

/// Writes trials as they come, in order.
pub struct TrialsWriter {
    /// None once the file is whole.
    writer: Option<SerializedFileWriter<File>>,
    file: File,
    path: PathBuf,
    kinds: Vec<MeasureKind>,
    columns: Vec<Vec<f64>>,
    /// For each outcome with a `by` its states, and their positions in the rows that wait.
    cause_specific: Vec<(Vec<ByteArray>, Vec<f64>)>,
    rows: usize,
    first_row: i64,
}

impl TrialsWriter {
    /// Begins `trials.parquet` in a folder.
    ///
    /// # Errors
    /// Where it cannot be created.
    pub fn create(folder: &ResultFolder, outcomes: &[TrialColumn]) -> Result<Self, StoreError> {
        let path = folder.file(TRIALS_FILE);
        let file = File::create_new(&path).map_err(|error| at(&path, error))?;
        let handle = file.try_clone().map_err(|error| at(&path, error))?;
        let writer = schema(outcomes)
            .and_then(|schema| SerializedFileWriter::new(file, Arc::new(schema), properties()))
            .map_err(|error| form(&path, &error))?;
        Ok(Self {
            writer: Some(writer),
            file: handle,
            path,
            kinds: outcomes.iter().map(|outcome| outcome.kind).collect(),
            columns: vec![Vec::new(); outcomes.len()],
            cause_specific: cause_specific(outcomes)
                .map(|(_, states)| {
                    let names = states.iter().map(|state| state.as_str().into());
                    (names.collect(), Vec::new())
                })
                .collect(),
            rows: 0,
            first_row: 0,
        })
    }

    /// Adds rows: a column an outcome, NaN where a first time was not reached, and a column an outcome with a `by`;
    /// `rows` of them.
    ///
    /// # Errors
    /// Where they cannot be written.
    pub fn add(
        &mut self,
        columns: &[Vec<f64>],
        kinds: &[Vec<f64>],
        rows: usize,
    ) -> Result<(), StoreError> {
        for (mine, new) in self.columns.iter_mut().zip(columns) {
            mine.extend(new);
        }
        for ((_, mine), new) in self.cause_specific.iter_mut().zip(kinds) {
            mine.extend(new);
        }
        self.rows += rows;
        if self.rows * (1 + self.columns.len()) >= GROUP_VALUES {
            self.write_group()?;
        }
        Ok(())
    }

    /// Writes what is left and makes the file whole.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(mut self) -> Result<(), StoreError> {
        self.write_group()?;
        if let Some(writer) = self.writer.take() {
            writer.close().map_err(|error| form(&self.path, &error))?;
        }
        self.file.sync_all().map_err(|error| at(&self.path, error))
    }

    fn write_group(&mut self) -> Result<(), StoreError> {
        if self.rows > 0 {
            self.try_write_group()
                .map_err(|error| form(&self.path, &error))?;
        }
        Ok(())
    }

    fn try_write_group(&mut self) -> Result<(), ParquetError> {
        let rows = i64::try_from(self.rows).unwrap_or(i64::MAX);
        let Some(writer) = &mut self.writer else {
            return Ok(());
        };
        let mut group = writer.next_row_group()?;
        let numbers: Vec<i64> = (self.first_row..self.first_row + rows).collect();
        write_column::<Int64Type>(&mut group, &numbers, None)?;
        for (kind, column) in self.kinds.iter().zip(&mut self.columns) {
            match storage(*kind) {
                Storage::Truth => {
                    let values: Vec<bool> = column.iter().map(|value| *value != 0.0).collect();
                    write_column::<BoolType>(&mut group, &values, None)?;
                }
                Storage::Count => {
                    #[allow(clippy::cast_possible_truncation, reason = "counts are whole")]
                    let values: Vec<i64> = column.iter().map(|value| *value as i64).collect();
                    write_column::<Int64Type>(&mut group, &values, None)?;
                }
                Storage::Number => write_column::<DoubleType>(&mut group, column, None)?,
                Storage::NumberOrNull => {
                    let there: Vec<i16> = column.iter().map(|v| i16::from(!v.is_nan())).collect();
                    let values: Vec<f64> = column.iter().copied().filter(|v| !v.is_nan()).collect();
                    write_column::<DoubleType>(&mut group, &values, Some(&there))?;
                }
            }
            column.clear();
        }
        for (states, positions) in &mut self.cause_specific {
            let there: Vec<i16> = positions.iter().map(|p| i16::from(!p.is_nan())).collect();
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a state's position"
            )]
            let names: Vec<ByteArray> = positions
                .iter()
                .filter(|position| !position.is_nan())
                .map(|position| states[*position as usize].clone())
                .collect();
            write_column::<ByteArrayType>(&mut group, &names, Some(&there))?;
            positions.clear();
        }
        group.close()?;
        self.first_row += rows;
        self.rows = 0;
        Ok(())
    }
}

/// How an outcome's values are stored.
enum Storage {
    Truth,
    Count,
    Number,
    NumberOrNull,
}

fn storage(kind: MeasureKind) -> Storage {
    match kind {
        MeasureKind::Ever => Storage::Truth,
        MeasureKind::Entries | MeasureKind::Firings => Storage::Count,
        MeasureKind::FirstTime => Storage::NumberOrNull,
        _ => Storage::Number,
    }
}

fn cause_specific(outcomes: &[TrialColumn]) -> impl Iterator<Item = (&TrialColumn, &Vec<String>)> {
    let outcomes = outcomes.iter();
    outcomes.filter_map(|outcome| Some((outcome, outcome.states.as_ref()?)))
}

fn schema(outcomes: &[TrialColumn]) -> Result<Type, ParquetError> {
    let mut fields = vec![field("trial", Physical::INT64, Repetition::REQUIRED)?];
    for outcome in outcomes {
        let (physical, repetition) = match storage(outcome.kind) {
            Storage::Truth => (Physical::BOOLEAN, Repetition::REQUIRED),
            Storage::Count => (Physical::INT64, Repetition::REQUIRED),
            Storage::Number => (Physical::DOUBLE, Repetition::REQUIRED),
            Storage::NumberOrNull => (Physical::DOUBLE, Repetition::OPTIONAL),
        };
        fields.push(field(&outcome.name, physical, repetition)?);
    }
    for (outcome, _) in cause_specific(outcomes) {
        let name = format!("{}_by", outcome.name);
        fields.push(text_field(&name, Repetition::OPTIONAL)?);
    }
    Type::group_type_builder("trials")
        .with_fields(fields)
        .build()
}
