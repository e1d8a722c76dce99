#include "gateway/outgoing_fields.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cloche::gateway {
namespace {

TEST(outgoing_fields, memory_is_kept_for_the_next_but_never_a_lot_of_it) {
    {
        const auto fields = outgoing_fields::borrow();
        fields->text().assign(1'000, 'a');
        fields->text().assign(100'000, 'a');
    }
    const auto fields = outgoing_fields::borrow();
    EXPECT_GE(fields->text().capacity(), 1'000U);
    EXPECT_LT(fields->text().capacity(), 1'000U);
}

}  // namespace
}  // namespace cloche::gateway
