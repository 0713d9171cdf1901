//! `comparison.parquet`: a row a difference.

use super::error::StoreError;
use super::file_names::COMPARISON_FILE;
use super::folder::ResultFolder;
use super::parquet_file::{field, properties, text_field, write_column, write_parquet};
use detente_report::comparison::ComparisonRow;
use parquet::basic::{Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use std::fs::File;
use std::sync::Arc;

impl ResultFolder {
    /// Writes the rows of a comparison as Parquet.
    pub(super) fn write_comparison_parquet(
        &self,
        rows: &[ComparisonRow],
    ) -> Result<(), StoreError> {
        write_parquet(self, COMPARISON_FILE, |file| write_rows(file, rows))
    }
}

fn write_rows(file: File, rows: &[ComparisonRow]) -> Result<(), ParquetError> {
    let fields = vec![
        text_field("outcome", Repetition::REQUIRED)?,
        text_field("policy_a", Repetition::REQUIRED)?,
        text_field("policy_b", Repetition::REQUIRED)?,
        field("draw", Physical::INT64, Repetition::OPTIONAL)?,
        field("estimate", Physical::DOUBLE, Repetition::REQUIRED)?,
        field("se", Physical::DOUBLE, Repetition::OPTIONAL)?,
        field("lo", Physical::DOUBLE, Repetition::OPTIONAL)?,
        field("hi", Physical::DOUBLE, Repetition::OPTIONAL)?,
    ];
    let schema = Type::group_type_builder("comparison")
        .with_fields(fields)
        .build()?;
    let mut writer = SerializedFileWriter::new(file, Arc::new(schema), properties())?;
    let mut group = writer.next_row_group()?;
    let names: [fn(&ComparisonRow) -> &str; 3] =
        [|row| &row.outcome, |row| &row.policy_a, |row| &row.policy_b];
    for name in names {
        let names: Vec<ByteArray> = rows.iter().map(|row| name(row).into()).collect();
        write_column::<ByteArrayType>(&mut group, &names, None)?;
    }
    let draws = rows.iter().map(|row| row.draw.map(u64::cast_signed));
    let (draws, there) = given(draws);
    write_column::<Int64Type>(&mut group, &draws, Some(&there))?;
    let estimates: Vec<f64> = rows.iter().map(|row| row.estimate).collect();
    write_column::<DoubleType>(&mut group, &estimates, None)?;
    for number in [
        |row: &ComparisonRow| row.se,
        |row: &ComparisonRow| row.ci95.map(|[lo, _]| lo),
        |row: &ComparisonRow| row.ci95.map(|[_, hi]| hi),
    ] {
        let (numbers, there) = given(rows.iter().map(number));
        write_column::<DoubleType>(&mut group, &numbers, Some(&there))?;
    }
    group.close()?;
    writer.close()?;
    Ok(())
}

/// The values that are given, and where they are, by 1.
fn given<T>(values: impl Iterator<Item = Option<T>>) -> (Vec<T>, Vec<i16>) {
    let (mut all, mut there) = (Vec::new(), Vec::new());
    for value in values {
        there.push(i16::from(value.is_some()));
        all.extend(value);
    }
    (all, there)
}
