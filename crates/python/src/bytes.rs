//! `Bytes`: an object of bytes, any part of it at any time.

use inrush_bytes::{BufferPool, Model, Spec, verify};
use pyo3::exceptions::{PyMemoryError, PyOverflowError, PyValueError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyMemoryView};

use crate::boundary::{Block, Fillable};

mod filling;
mod reader;

use filling::{fill, read};
pub(crate) use reader::BytesReader;

/// The arguments of [`Bytes`], in order.
type Arguments = (u64, f64, Option<f64>, u64, u64, Option<u64>, Option<String>);

/// An object of `size` bytes, made of nothing but the arguments.
///
/// Byte `i` is the same however it is asked for, by whom and where: in `inrush bytes`, in other versions
/// of Python, on other processors. `dedup` and `compress` are what a deduplicating store (at
/// `dedup_unit` bytes) and `zstd -1` or `lz4` make of it. `model` is `"mix"`, `"lz"` or `"text"`; without
/// `compress` it has the ratio that comes of itself, 1 but for `"text"`.
///
/// >>> data = Bytes(1_000_000, dedup=1.5, compress=2.5, seed=7)
/// >>> buffer = bytearray(64 * 1024)
/// >>> data.fill(buffer, offset=500_000)
/// 65536
/// >>> data.read(500_000, 65536) == buffer
/// True
///
/// It has no position and is not changed by anything, so threads share it; `open()` is a file.
#[pyclass(frozen, module = "inrush")]
pub(crate) struct Bytes {
    spec: Spec,
}

#[pymethods]
impl Bytes {
    #[new]
    #[pyo3(signature = (size, *, dedup=1.0, compress=None, seed=0, object=0, dedup_unit=None, model=None))]
    fn new(
        size: u64,
        dedup: f64,
        compress: Option<f64>,
        seed: u64,
        object: u64,
        dedup_unit: Option<u64>,
        model: Option<&str>,
    ) -> PyResult<Self> {
        let mut spec = Spec::builder(size).seed(seed).object(object).dedup(dedup);
        if let Some(compress) = compress {
            spec = spec.compress(compress);
        }
        if let Some(unit) = dedup_unit {
            spec = spec.dedup_unit(unit);
        }
        if let Some(model) = model {
            let model: Model = model.parse().map_err(|error| value_error(&error))?;
            spec = spec.model(model);
        }
        let spec = spec.build().map_err(|error| value_error(&error))?;
        Ok(Self { spec })
    }

    /// The size in bytes.
    #[getter]
    fn size(&self) -> u64 {
        self.spec.size()
    }

    /// The seed.
    #[getter]
    fn seed(&self) -> u64 {
        self.spec.seed()
    }

    /// The number of this object among those of its seed.
    #[getter]
    fn object(&self) -> u64 {
        self.spec.object()
    }

    /// What deduplication makes of it, as a ratio.
    #[getter]
    fn dedup(&self) -> f64 {
        self.spec.dedup()
    }

    /// The size in bytes of the units that are duplicates or not.
    #[getter]
    fn dedup_unit(&self) -> u64 {
        self.spec.dedup_unit()
    }

    /// What compression makes of it, as a ratio.
    #[getter]
    fn compress(&self) -> f64 {
        self.spec.compress()
    }

    /// Writes the bytes from `offset` on into a buffer, and returns how many: as many as fit, or as
    /// there are. With `parallel` all processors take part.
    ///
    /// The buffer is anything writable and contiguous: a `bytearray`, a `memoryview`, an array of numpy
    /// of any type but objects. It cannot be resized meanwhile. From 64 KiB on other threads run.
    ///
    /// >>> buffer = bytearray(100)
    /// >>> Bytes(1000).fill(buffer, 950)
    /// 50
    #[pyo3(signature = (buffer, offset=0, *, parallel=false))]
    fn fill(
        &self,
        py: Python<'_>,
        buffer: &Bound<'_, PyAny>,
        offset: u64,
        parallel: bool,
    ) -> PyResult<usize> {
        let mut buffer = Fillable::new(buffer)?;
        Ok(fill(py, &self.spec, offset, buffer.bytes(), parallel))
    }

    /// `size` bytes from `offset` on, or as many as there are; all of them without `size`.
    ///
    /// >>> len(Bytes(1000).read(990))
    /// 10
    #[pyo3(signature = (offset=0, size=None))]
    fn read<'py>(
        &self,
        py: Python<'py>,
        offset: u64,
        size: Option<u64>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        read(py, &self.spec, offset, size)
    }

    /// The bytes from `start` to `stop` in views of `chunk_bytes` each, the last one shorter.
    ///
    /// A view can be kept: its memory is used again only when nobody holds it any longer. Whoever drops
    /// each before the next one needs memory for two.
    ///
    /// >>> sum(len(chunk) for chunk in Bytes(1_000_000).chunks(64 * 1024))
    /// 1000000
    #[pyo3(signature = (chunk_bytes=262144, start=0, stop=None))]
    fn chunks(&self, chunk_bytes: usize, start: u64, stop: Option<u64>) -> PyResult<Chunks> {
        let stop = stop.unwrap_or(u64::MAX).min(self.spec.size());
        let longest = usize::try_from(stop.saturating_sub(start)).unwrap_or(usize::MAX);
        let buffer_bytes = chunk_bytes.min(longest.max(1));
        // Asked for here, as the pool takes it for granted: what there is no memory for is an exception.
        let room = buffer_bytes.saturating_add(BufferPool::ALIGNMENT);
        let reserved = Vec::<u8>::new().try_reserve_exact(room);
        reserved.map_err(|_| PyMemoryError::new_err(format!("a chunk of {buffer_bytes} bytes")))?;
        let pool = BufferPool::new(buffer_bytes);
        let pool = pool.map_err(|_| PyValueError::new_err("chunk_bytes must be at least 1"))?;
        Ok(Chunks { spec: self.spec, pool, next: start, stop })
    }

    fn __iter__(&self) -> PyResult<Chunks> {
        self.chunks(256 * 1024, 0, None)
    }

    /// A file to be read, with a position of its own.
    ///
    /// >>> with Bytes(1000).open() as file:
    /// ...     file.seek(990)
    /// ...     len(file.read())
    /// 990
    /// 10
    fn open(&self) -> BytesReader {
        BytesReader::new(self.spec)
    }

    /// Compares `data` with what is at `offset`; `ValueError` names the first byte that differs.
    ///
    /// >>> data = Bytes(1000)
    /// >>> wrong = bytearray(data.read()); wrong[123] ^= 1
    /// >>> data.verify(bytes(wrong))
    /// Traceback (most recent call last):
    /// ...
    /// ValueError: the first bad byte is at offset 123: ...
    #[pyo3(signature = (data, offset=0))]
    fn verify(&self, py: Python<'_>, data: PyBackedBytes, offset: u64) -> PyResult<()> {
        py.detach(|| verify(&self.spec, offset, &data)).map_err(|error| value_error(&error))
    }

    fn __len__(&self) -> PyResult<usize> {
        let size = self.spec.size();
        let refuse = |_| PyOverflowError::new_err(format!("{size} bytes: `size` has any number"));
        isize::try_from(size).map(isize::cast_unsigned).map_err(refuse)
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.spec == other.spec
    }

    /// For pickle, and with it for other processes: the arguments.
    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (Arguments,))> {
        let spec = &slf.get().spec;
        let (compress, unit) = (Some(spec.compress()), Some(spec.dedup_unit()));
        let model = Some(spec.model().to_string());
        let arguments =
            (spec.size(), spec.dedup(), compress, spec.seed(), spec.object(), unit, model);
        Ok((slf.get_type().getattr("_rebuilt")?, (arguments,)))
    }

    #[staticmethod]
    fn _rebuilt(arguments: Arguments) -> PyResult<Self> {
        let (size, dedup, compress, seed, object, unit, model) = arguments;
        Self::new(size, dedup, compress, seed, object, unit, model.as_deref())
    }

    fn __repr__(&self) -> String {
        let spec = &self.spec;
        format!(
            "Bytes({}, dedup={}, compress={}, seed={}, object={})",
            spec.size(),
            spec.dedup(),
            spec.compress(),
            spec.seed(),
            spec.object()
        )
    }
}

/// Views of one part after the other.
#[pyclass(module = "inrush")]
pub(crate) struct Chunks {
    spec: Spec,
    pool: BufferPool,
    next: u64,
    stop: u64,
}

#[pymethods]
impl Chunks {
    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__<'py>(&mut self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyMemoryView>>> {
        let left = self.stop.saturating_sub(self.next);
        if left == 0 {
            return Ok(None);
        }
        let mut buffer = self.pool.take();
        let n = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        fill(py, &self.spec, self.next, &mut buffer[..n], false);
        let view = Block::pooled(py, buffer, n)?;
        self.next += n as u64;
        Ok(Some(view))
    }
}

fn value_error(error: &dyn std::fmt::Display) -> PyErr {
    PyValueError::new_err(error.to_string())
}
