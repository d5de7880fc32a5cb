// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title How ids and hashes are spelled
/// @notice An id has 1 to 128 characters of `[A-Za-z0-9._:/@-]`, no `//`, and no `..` between slashes. Case matters.
library InftId {
    uint256 private constant MAX_LENGTH = 128;

    /// @dev Bit c is set if character c may stand in an id.
    uint256 private constant ALLOWED = (uint256(0x3ff) << 0x30) // 0-9
        | (uint256(0x3ffffff) << 0x41) // A-Z
        | (uint256(0x3ffffff) << 0x61) // a-z
        | (uint256(1) << 0x2e) // .
        | (uint256(1) << 0x5f) // _
        | (uint256(1) << 0x3a) // :
        | (uint256(1) << 0x2f) // /
        | (uint256(1) << 0x40) // @
        | (uint256(1) << 0x2d); // -

    bytes16 private constant DIGITS = "0123456789abcdef";

    /// @notice The id of a token: `eip155:<chain>/erc721:0x<nft in lower case>/<tokenId>`. It follows the rules but for
    /// its length: a long token id makes a long id.
    function bound(address nft, uint256 tokenId) internal view returns (bytes memory) {
        return bytes.concat(
            "eip155:", decimal(block.chainid), "/erc721:0x", hexOf(abi.encodePacked(nft)), "/", decimal(tokenId)
        );
    }

    /// @notice The id of an account: `0x<account in lower case>/<label>`.
    function scoped(address account, string calldata label) internal pure returns (bytes memory) {
        // A trailing slash makes the id of an empty label invalid.
        if (bytes(label).length == 0) return "";
        return bytes.concat("0x", hexOf(abi.encodePacked(account)), "/", bytes(label));
    }

    /// @notice Whether an id follows the rules.
    function isValid(bytes memory id) internal pure returns (bool) {
        uint256 length = id.length;
        if (length == 0 || length > MAX_LENGTH) return false;
        uint256 segment = 0; // characters in the segment so far
        bool dots = true; // all of them are dots
        for (uint256 i = 0; i < length; ++i) {
            uint256 c = uint8(id[i]);
            if (ALLOWED >> c & 1 == 0) return false;
            if (c == 0x2f) {
                if (segment == 2 && dots) return false;
                if (i != 0 && segment == 0) return false;
                segment = 0;
                dots = true;
            } else {
                ++segment;
                dots = dots && c == 0x2e;
            }
        }
        return !(segment == 2 && dots);
    }

    /// @notice Whether an id belongs to another name space than FLAT, or would be mistaken for the URL form
    /// `jdbc:inft:sqlite:<id>`.
    function isReserved(bytes memory id) internal pure returns (bool) {
        return _begins(id, "0x") || _begins(id, "eip155:") || _begins(id, "sqlite:");
    }

    /// @dev `prefix` is in lower case; setting bit 5 folds the letters of a valid id and changes none of its digits.
    function _begins(bytes memory id, bytes memory prefix) private pure returns (bool) {
        if (id.length < prefix.length) return false;
        for (uint256 i = 0; i < prefix.length; ++i) {
            if (uint8(id[i]) | 0x20 != uint8(prefix[i])) return false;
        }
        return true;
    }

    function decimal(uint256 value) internal pure returns (bytes memory text) {
        uint256 digits = 1;
        for (uint256 rest = value / 10; rest != 0; rest /= 10) {
            ++digits;
        }
        text = new bytes(digits);
        for (uint256 i = digits; i != 0; --i) {
            text[i - 1] = bytes1(uint8(0x30 + value % 10));
            value /= 10;
        }
    }

    /// @notice Two lower-case digits a byte.
    function hexOf(bytes memory value) internal pure returns (bytes memory text) {
        text = new bytes(2 * value.length);
        for (uint256 i = 0; i < value.length; ++i) {
            uint256 b = uint8(value[i]);
            text[2 * i] = DIGITS[b >> 4];
            text[2 * i + 1] = DIGITS[b & 0xf];
        }
    }

    function hexOf(bytes32 value) internal pure returns (string memory) {
        return string(hexOf(abi.encodePacked(value)));
    }

    /// @notice Reads 64 hex digits in any case, with or without `0x`.
    function parseHash(string calldata text) internal pure returns (bytes32) {
        bytes calldata digits = bytes(text);
        if (digits.length == 66 && digits[0] == 0x30 && (digits[1] | 0x20) == 0x78) digits = digits[2:];
        require(digits.length == 64, "A hash has 64 hex digits");
        uint256 value = 0;
        for (uint256 i = 0; i < 64; ++i) {
            uint256 c = uint8(digits[i]);
            if (c >= 0x30 && c <= 0x39) {
                c -= 0x30;
            } else {
                c |= 0x20;
                require(c >= 0x61 && c <= 0x66, "A hash has 64 hex digits");
                c -= 0x57;
            }
            value = value << 4 | c;
        }
        return bytes32(value);
    }
}
