#include "session/errc.hpp"

#include "base/error_category.hpp"

namespace cloche::session {
namespace {

const char* describe(errc code) noexcept {
    switch (code) {
        case errc::conflict:
            return "the session record has changed meanwhile";
        case errc::exists:
            return "there is a session record of that id already";
        case errc::store_unavailable:
            return "the session store cannot be read or written";
        case errc::unreadable_record:
            return "the session record cannot be decoded or opened";
        case errc::key_missing:
            return "the key that the session record was sealed with is not in the key ring";
    }
    return nullptr;
}

}  // namespace

const boost::system::error_category& session_category() noexcept {
    static const enum_category<errc> category("cloche.session", describe);
    return category;
}

}  // namespace cloche::session
