//! What to generate: everything that the bytes depend on, and nothing else.

use crate::key::{BlockKey, ObjectKey};
use crate::recipe::Recipe;
use crate::schedule::Schedule;
use crate::{Model, SpecError};

/// The largest piece that is generated at once: a seek within it costs at most its generation.
pub(crate) const BLOCK_BYTES: usize = 4096;

/// One object: so many bytes, each a pure function of the specification and its offset.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spec {
    size: u64,
    seed: u64,
    object: u64,
    dedup: f64,
    dedup_unit: u64,
    compress: f64,
    model: Model,
    key: ObjectKey,
    schedule: Schedule,
    recipe: Recipe,
}

/// A [`Spec`] whose parts were not yet held against each other.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct SpecBuilder {
    spec: Spec,
    compress: Option<f64>,
}

impl SpecBuilder {
    /// The seed. Objects of different seeds have no block in common. Default 0.
    pub fn seed(mut self, seed: u64) -> Self {
        self.spec.seed = seed;
        self
    }

    /// The number of the object. Different objects have no block in common. Default 0.
    pub fn object(mut self, object: u64) -> Self {
        self.spec.object = object;
        self
    }

    /// How many times the bytes that are left once each duplicate unit is kept once go into the
    /// size: 1 to 10,000. Default 1, no duplicates.
    pub fn dedup(mut self, dedup: f64) -> Self {
        self.spec.dedup = dedup;
        self
    }

    /// The size and alignment of what is duplicated, in bytes: a power of two from 512 to 1 MiB.
    /// Default 4,096.
    pub fn dedup_unit(mut self, bytes: u64) -> Self {
        self.spec.dedup_unit = bytes;
        self
    }

    /// How many times what a compressor makes of a unit goes into the unit. What is possible is up
    /// to the model. Default [`Model::natural`].
    pub fn compress(mut self, compress: f64) -> Self {
        self.compress = Some(compress);
        self
    }

    /// How units come by that ratio. Default [`Model::Mix`].
    pub fn model(mut self, model: Model) -> Self {
        self.spec.model = model;
        self
    }

    /// The specification.
    ///
    /// # Errors
    /// [`SpecError`], with the value and its range.
    pub fn build(self) -> Result<Spec, SpecError> {
        let Self { spec, compress } = self;
        let Spec { size, seed, object, dedup, dedup_unit, model, .. } = spec;
        if !(1.0..=Spec::MAX_DEDUP).contains(&dedup) {
            return Err(SpecError::Dedup { dedup });
        }
        let is_in_range = (Spec::MIN_DEDUP_UNIT..=Spec::MAX_DEDUP_UNIT).contains(&dedup_unit);
        if !dedup_unit.is_power_of_two() || !is_in_range {
            return Err(SpecError::DedupUnit { bytes: dedup_unit });
        }
        let compress = compress.unwrap_or(model.natural());
        let (lowest, highest) = Recipe::range(model, block_bytes(dedup_unit));
        if !(lowest..=highest).contains(&compress) {
            return Err(SpecError::Compress { compress, lowest, highest, model, dedup_unit });
        }
        let schedule = Schedule::new(size.div_ceil(dedup_unit), dedup_unit, dedup);
        let key = ObjectKey::new(seed, object);
        let recipe = Recipe::new(model, compress, block_bytes(dedup_unit));
        Ok(Spec { compress, key, schedule, recipe, ..spec })
    }
}

fn block_bytes(dedup_unit: u64) -> usize {
    dedup_unit.min(BLOCK_BYTES as u64) as usize
}

impl Spec {
    /// The highest dedup ratio.
    pub const MAX_DEDUP: f64 = 10_000.0;
    /// The smallest dedup unit in bytes.
    pub const MIN_DEDUP_UNIT: u64 = 512;
    /// The largest dedup unit in bytes.
    pub const MAX_DEDUP_UNIT: u64 = 1 << 20;
    /// The dedup unit unless told otherwise, in bytes.
    pub const DEFAULT_DEDUP_UNIT: u64 = 4096;

    /// An object of `size` incompressible bytes without duplicates, with seed 0.
    pub fn new(size: u64) -> Self {
        let dedup_unit = Self::DEFAULT_DEDUP_UNIT;
        Self {
            size,
            seed: 0,
            object: 0,
            dedup: 1.0,
            dedup_unit,
            compress: 1.0,
            model: Model::default(),
            key: ObjectKey::new(0, 0),
            schedule: Schedule::new(size.div_ceil(dedup_unit), dedup_unit, 1.0),
            recipe: Recipe::RANDOM,
        }
    }

    /// A specification in the making, of an object of `size` bytes.
    pub fn builder(size: u64) -> SpecBuilder {
        SpecBuilder { spec: Self::new(size), compress: None }
    }

    /// The same with another seed.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self.key = ObjectKey::new(seed, self.object);
        self
    }

    /// The same for the object of another number.
    #[must_use]
    pub fn with_object(mut self, object: u64) -> Self {
        self.object = object;
        self.key = ObjectKey::new(self.seed, object);
        self
    }

    /// The same with another size. Where there are duplicates, the bytes of the first ones depend
    /// on the size.
    #[must_use]
    pub fn with_size(mut self, size: u64) -> Self {
        self.size = size;
        let n_units = size.div_ceil(self.dedup_unit);
        self.schedule = Schedule::new(n_units, self.dedup_unit, self.dedup);
        self
    }

    /// The size in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The seed.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The number of the object.
    pub fn object(&self) -> u64 {
        self.object
    }

    /// The dedup ratio.
    pub fn dedup(&self) -> f64 {
        self.dedup
    }

    /// The size of what is duplicated, in bytes.
    pub fn dedup_unit(&self) -> u64 {
        self.dedup_unit
    }

    /// The compress ratio.
    pub fn compress(&self) -> f64 {
        self.compress
    }

    /// The model.
    pub fn model(&self) -> Model {
        self.model
    }

    /// The different units of the object.
    pub fn n_unique_units(&self) -> u64 {
        self.schedule.n_contents()
    }

    /// How many of `n` bytes from `offset` on the object has.
    pub(crate) fn n_from(&self, offset: u64, n: usize) -> usize {
        let left = self.size.saturating_sub(offset);
        usize::try_from(left).map_or(n, |left| n.min(left))
    }

    /// The size of a block in bytes: what is generated from one key.
    #[inline(always)]
    pub(crate) fn block_bytes(&self) -> usize {
        block_bytes(self.dedup_unit)
    }

    /// What the bytes of a block come from.
    #[inline(always)]
    pub(crate) fn block_key(&self, block: u64) -> BlockKey {
        // Both are powers of two; a division here takes a tenth of the time of a block.
        let shift = self.dedup_unit.trailing_zeros() - self.block_bytes().trailing_zeros();
        let within = block & ((1 << shift) - 1);
        self.key.block((self.schedule.content(block >> shift) << shift) | within)
    }

    /// Writes the first bytes of the block of a key.
    #[inline(always)]
    pub(crate) fn fill_block(&self, key: BlockKey, out: &mut [u8]) {
        self.recipe.fill(key, out);
    }
}
