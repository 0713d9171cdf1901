//! `series.parquet`: a row for each number that the summary has of a series at a time.

use super::error::StoreError;
use super::file_names::SERIES_FILE;
use super::folder::ResultFolder;
use super::parquet_file::{field, properties, text_field, write_column, write_parquet};
use detente_report::summary::{Quantiles, Summary};
use parquet::basic::{Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType};
use parquet::errors::ParquetError;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use std::fs::File;
use std::sync::Arc;

/// The rows, column by column.
#[derive(Default)]
struct Rows {
    series: Vec<ByteArray>,
    t: Vec<f64>,
    measure: Vec<ByteArray>,
    value: Vec<f64>,
}

impl Rows {
    fn add(&mut self, series: &str, measure: &str, times: &[f64], values: &[f64]) {
        for (time, value) in times.iter().zip(values) {
            self.series.push(series.into());
            self.t.push(*time);
            self.measure.push(measure.into());
            self.value.push(*value);
        }
    }

    fn of(summary: &Summary) -> Self {
        let mut rows = Self::default();
        for (name, series) in &summary.series {
            let mut add =
                |measure: &str, values: &[f64]| rows.add(name, measure, &series.t, values);
            if let Some(mean) = &series.mean {
                add("mean", mean);
            }
            if let Some(sd) = &series.sd {
                add("sd", sd);
            }
            if let Some(Quantiles {
                q05,
                q25,
                q50,
                q75,
                q95,
            }) = &series.quantiles
            {
                for (measure, values) in [
                    ("0.05", q05),
                    ("0.25", q25),
                    ("0.5", q50),
                    ("0.75", q75),
                    ("0.95", q95),
                ] {
                    add(measure, values);
                }
            }
            for (state, share) in series.states.iter().flatten() {
                add(&format!("share of {state}"), share);
            }
        }
        rows
    }
}

impl ResultFolder {
    /// Writes `series.parquet`: columns `series`, `t`, `measure` (`mean`, `sd`, a quantile such as `0.05`, or `share of` a
    /// state) and `value`.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write_series(&self, summary: &Summary) -> Result<(), StoreError> {
        write_parquet(self, SERIES_FILE, |file| write(file, &Rows::of(summary)))
    }
}

fn write(file: File, rows: &Rows) -> Result<(), ParquetError> {
    let fields = vec![
        text_field("series", Repetition::REQUIRED)?,
        field("t", Physical::DOUBLE, Repetition::REQUIRED)?,
        text_field("measure", Repetition::REQUIRED)?,
        field("value", Physical::DOUBLE, Repetition::REQUIRED)?,
    ];
    let schema = Type::group_type_builder("series")
        .with_fields(fields)
        .build()?;
    let mut writer = SerializedFileWriter::new(file, Arc::new(schema), properties())?;
    let mut group = writer.next_row_group()?;
    write_column::<ByteArrayType>(&mut group, &rows.series, None)?;
    write_column::<DoubleType>(&mut group, &rows.t, None)?;
    write_column::<ByteArrayType>(&mut group, &rows.measure, None)?;
    write_column::<DoubleType>(&mut group, &rows.value, None)?;
    group.close()?;
    writer.close()?;
    Ok(())
}
