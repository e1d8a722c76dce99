#include "db/errc.hpp"

#include "base/error_category.hpp"

namespace cloche::db {
namespace {

const char* describe(errc code) noexcept {
    switch (code) {
        case errc::unavailable:
            return "the database cannot be read or written";
        case errc::constraint:
            return "the database forbids the change";
        case errc::corrupt:
            return "the file is not a database of this program";
    }
    return nullptr;
}

}  // namespace

const boost::system::error_category& db_category() noexcept {
    static const enum_category<errc> category("cloche.db", describe);
    return category;
}

}  // namespace cloche::db
