// The category behind a folder's `errc`. For the file that defines `<folder>_category()`.
#pragma once

#include <boost/system/error_category.hpp>

#include <string>

namespace cloche {

#if defined(__GNUC__) && !defined(__clang__)
// The destructor of Boost's class is protected and not virtual on purpose:
// no category is ever deleted.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
#endif

/// Gives each code of `Errc` the sentence that `describe` has for it (nullptr for none).
template <class Errc>
class enum_category final : public boost::system::error_category {
public:
    using describe = const char* (*)(Errc) noexcept;

    constexpr enum_category(const char* name, describe sentence) noexcept
        : name_(name), sentence_(sentence) {}

    const char* name() const noexcept override { return name_; }
    std::string message(int code) const override {
        const auto* sentence = sentence_(static_cast<Errc>(code));
        return sentence ? sentence : "unknown error " + std::to_string(code);
    }

private:
    const char* name_;
    describe sentence_;
};

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

}  // namespace cloche
