//! The values of a run's outcomes, to be read as often as it takes.

use super::error::{StoreError, at};
use super::file_names::TRIALS_FILE;
use super::folder::ResultFolder;
use parquet::basic::Type as Physical;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl, get_typed_column_reader};
use parquet::data_type::{BoolType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use std::fs::File;
use std::path::PathBuf;

/// The columns of a finished `trials.parquet`.
pub struct StoredColumns {
    reader: SerializedFileReader<File>,
    path: PathBuf,
}

/// Values that are read at once.
const BATCH: usize = 1 << 16;

impl StoredColumns {
    /// The columns of a result folder.
    ///
    /// # Errors
    /// Where it has none that can be read.
    pub fn open(folder: &ResultFolder) -> Result<Self, StoreError> {
        let path = folder.file(TRIALS_FILE);
        let file = File::open(&path).map_err(|error| at(&path, error))?;
        match SerializedFileReader::new(file) {
            Ok(reader) => Ok(Self { reader, path }),
            Err(error) => Err(StoreError::Form {
                path,
                problem: error.to_string(),
            }),
        }
    }

    /// Shows all values of an outcome in the order of trials, some at a time, but first times that were not reached.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub fn read(&self, outcome: usize, see: &mut dyn FnMut(&[f64])) -> Result<(), StoreError> {
        self.try_read(outcome, see)
            .map_err(|error| StoreError::Form {
                path: self.path.clone(),
                problem: error.to_string(),
            })
    }

    fn try_read(&self, outcome: usize, see: &mut dyn FnMut(&[f64])) -> Result<(), ParquetError> {
        // The number of the trial stands first.
        let place = outcome + 1;
        for group in 0..self.reader.num_row_groups() {
            let group = self.reader.get_row_group(group)?;
            let column = group.get_column_reader(place)?;
            match group.metadata().column(place).column_type() {
                Physical::BOOLEAN => batches::<BoolType>(column, |values| {
                    let truth = |value: &bool| f64::from(u8::from(*value));
                    see(&values.iter().map(truth).collect::<Vec<f64>>());
                })?,
                Physical::INT64 => batches::<Int64Type>(column, |values| {
                    see(&values
                        .iter()
                        .map(|value| *value as f64)
                        .collect::<Vec<f64>>());
                })?,
                _ => batches::<DoubleType>(column, |values| see(values))?,
            }
        }
        Ok(())
    }
}

fn batches<T: DataType>(
    column: ColumnReader,
    mut see: impl FnMut(&[T::T]),
) -> Result<(), ParquetError> {
    let mut column: ColumnReaderImpl<T> = get_typed_column_reader(column);
    let (mut values, mut there) = (Vec::new(), Vec::new());
    loop {
        values.clear();
        there.clear();
        let (rows, _, _) = column.read_records(BATCH, Some(&mut there), None, &mut values)?;
        if rows == 0 {
            return Ok(());
        }
        see(&values);
    }
}
