//! One suite for every batcher. A new one is one line at the end of this file, with its room where
//! that is not `batches` times `batch_size`:
//!
//! ```text
//! lanes: Batcher, room: |setting: Setting, producers: usize| ...;
//! ```

use std::ops::RangeInclusive;

use inrush_batch::comparators::{ChannelBatcher, MutexBatcher, SlotBatcher, SpinBatcher};
use inrush_batch::{Batcher, Batching, Setting};

use crate::item::Item;

/// A batcher, and what the suite has to know about it.
pub(crate) trait Subject: Batching<Item> {
    /// How many items that many producers can have accepted while none of them is delivered, not
    /// even those in the worker's hands: surely, and at most.
    fn room(setting: Setting, _n_producers: usize) -> RangeInclusive<usize> {
        let n = setting.batches * setting.batch_size;
        n..=n
    }
}

macro_rules! conformance {
    ($($name:ident: $subject:ident $(, room: $room:expr)?;)*) => {
        $(
            impl Subject for $subject<Item> {
                $(
                    fn room(setting: Setting, n_producers: usize) -> RangeInclusive<usize> {
                        ($room)(setting, n_producers)
                    }
                )?
            }

            mod $name {
                use super::*;

                claims! { $subject:
                    stress::items_of_1_producer_arrive_once_and_in_order,
                    stress::items_of_2_producers_arrive_once_and_in_order,
                    stress::items_of_4_producers_arrive_once_and_in_order,
                    stress::items_of_16_producers_arrive_once_and_in_order,
                    stress::items_of_64_producers_arrive_once_and_in_order,
                    triggers::a_full_batch_leaves_at_once,
                    triggers::a_batch_waits_until_it_is_full,
                    triggers::an_item_alone_leaves_when_its_time_has_come,
                    triggers::the_oldest_item_decides_when_a_batch_leaves,
                    triggers::flush_delivers_what_was_pushed,
                    triggers::flushing_nothing_delivers_nothing,
                    triggers::zeros_count_as_the_least_that_makes_sense,
                    triggers::items_of_no_size_are_delivered,
                    room::a_slow_consumer_bounds_what_is_under_way,
                    room::room_for_many_wakes_many,
                    room::memory_goes_round,
                    room::deliver_may_keep_the_vector,
                    room::a_thread_that_ends_leaves_its_items,
                    room::a_thread_may_push_while_it_ends,
                    closing::close_delivers_the_tail,
                    closing::close_of_an_empty_batcher_delivers_nothing,
                    closing::a_push_after_close_returns_the_item,
                    closing::every_close_returns_the_same_number,
                    closing::close_wakes_every_blocked_producer,
                    closing::an_item_pushed_during_close_is_delivered_or_returned,
                    closing::a_drop_delivers_the_tail,
                    callback::a_panic_ends_its_batch_alone,
                    callback::a_deliver_that_always_panics_stops_nobody,
                    callback::an_item_whose_drop_panics_stops_nobody,
                    callback::every_item_is_dropped_once,
                    callback::deliver_may_push_while_there_is_room,
                    callback::a_push_from_deliver_never_waits_for_itself,
                    callback::deliver_may_flush_and_close,
                    callback::deliver_may_drop_the_batcher,
                    callback::deliver_may_be_the_last_owner,
                    oracle::any_sequence_delivers_what_a_queue_would,
                }
            }
        )*
    };
}

macro_rules! claims {
    ($subject:ident: $($part:ident::$claim:ident,)*) => {
        $(
            #[test]
            fn $claim() {
                crate::watch::within(crate::claims::$part::$claim::<$subject<_>>);
            }
        )*
    };
}

type UnpaddedSlotBatcher<T> = SlotBatcher<T, 0>;
type PaddedSlotBatcher<T> = SlotBatcher<T, 128>;

/// What one shared lane holds at least, and one for each producer at most, each rounded up to a power
/// of two, with the batch that is being delivered.
fn lanes_room(setting: Setting, n_lanes: usize) -> RangeInclusive<usize> {
    let n = setting.batches.max(1) * setting.batch_size.max(1);
    n..=n_lanes * 2 * n.next_power_of_two().max(4) + setting.batch_size
}

conformance! {
    lanes: Batcher, room: lanes_room;
    spin: SpinBatcher;
    channel: ChannelBatcher;
    mutex: MutexBatcher;
    unpadded_slot: UnpaddedSlotBatcher;
    padded_slot: PaddedSlotBatcher;
}

macro_rules! on_time {
    ($($name:ident: $subject:ident;)*) => {
        mod on_time {
            $(
                mod $name {
                    use super::super::*;

                    claims! { $subject: triggers::no_batch_leaves_before_its_time, }
                }
            )*
        }
    };
}

// Lanes know only between which looks an item came, and count from the earlier one.
on_time! {
    spin: SpinBatcher;
    channel: ChannelBatcher;
    mutex: MutexBatcher;
    unpadded_slot: UnpaddedSlotBatcher;
    padded_slot: PaddedSlotBatcher;
}
