//! What Parquet files of a result folder have in common.

use super::error::{StoreError, at};
use super::folder::ResultFolder;
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::DataType;
use parquet::errors::ParquetError;
use parquet::file::properties::{WriterProperties, WriterPropertiesPtr};
use parquet::file::writer::SerializedRowGroupWriter;
use parquet::schema::types::{Type, TypePtr};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

/// Writes a Parquet file of a folder.
pub(super) fn write_parquet(
    folder: &ResultFolder,
    name: &str,
    write: impl FnOnce(File) -> Result<(), ParquetError>,
) -> Result<(), StoreError> {
    let path = folder.file(name);
    let file = File::create_new(&path).map_err(|error| at(&path, error))?;
    let handle = file.try_clone().map_err(|error| at(&path, error))?;
    write(file).map_err(|error| form(&path, &error))?;
    handle.sync_all().map_err(|error| at(&path, error))
}

/// How files are written: compressed, and signed with the program's version.
pub(super) fn properties() -> WriterPropertiesPtr {
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by(concat!("detente ", env!("CARGO_PKG_VERSION")).to_owned());
    Arc::new(properties.build())
}

/// A column of numbers or truths.
pub(super) fn field(
    name: &str,
    physical: Physical,
    repetition: Repetition,
) -> Result<TypePtr, ParquetError> {
    let field = Type::primitive_type_builder(name, physical).with_repetition(repetition);
    field.build().map(Arc::new)
}

/// A column of text.
pub(super) fn text_field(name: &str, repetition: Repetition) -> Result<TypePtr, ParquetError> {
    let field = Type::primitive_type_builder(name, Physical::BYTE_ARRAY)
        .with_logical_type(Some(LogicalType::String))
        .with_repetition(repetition);
    field.build().map(Arc::new)
}

/// Writes the next column of a group; where some rows have no value, `there` says which have, by 1.
pub(super) fn write_column<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, File>,
    values: &[T::T],
    there: Option<&[i16]>,
) -> Result<(), ParquetError> {
    if let Some(mut column) = group.next_column()? {
        column.typed::<T>().write_batch(values, there, None)?;
        column.close()?;
    }
    Ok(())
}

pub(super) fn form(path: &Path, error: &ParquetError) -> StoreError {
    StoreError::Form {
        path: path.to_owned(),
        problem: error.to_string(),
    }
}
