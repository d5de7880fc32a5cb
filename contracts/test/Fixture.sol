// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IInftStorageRegistry} from "../IInftStorageRegistry.sol";

/// @notice What we use of forge's cheat codes.
interface Vm {
    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    function addr(uint256 key) external pure returns (address);
    function assume(bool condition) external pure;
    function chainId(uint256 id) external;
    function etch(address target, bytes calldata code) external;
    function expectRevert(bytes calldata reason) external;
    function expectRevert() external;
    function getRecordedLogs() external returns (Log[] memory);
    function load(address target, bytes32 slot) external view returns (bytes32);
    function parseBytes(string calldata text) external pure returns (bytes memory);
    function parseJsonAddressArray(string calldata json, string calldata key) external pure returns (address[] memory);
    function parseJsonBytes32Array(string calldata json, string calldata key) external pure returns (bytes32[] memory);
    function parseJsonBytesArray(string calldata json, string calldata key) external pure returns (bytes[] memory);
    function parseJsonStringArray(string calldata json, string calldata key) external pure returns (string[] memory);
    function parseJsonUintArray(string calldata json, string calldata key) external pure returns (uint256[] memory);
    function parseJsonAddress(string calldata json, string calldata key) external pure returns (address);
    function parseJsonUint(string calldata json, string calldata key) external pure returns (uint256);
    function prank(address sender) external;
    function readFile(string calldata path) external view returns (string memory);
    function recordLogs() external;
    function roll(uint256 blockNumber) external;
    function toString(uint256 value) external pure returns (string memory);
    function trim(string calldata text) external pure returns (string memory);
    function warp(uint256 timestamp) external;
}

/// @notice An NFT whose owners are set by hand.
contract PlainNft {
    mapping(uint256 tokenId => address) private _owners;

    function set(uint256 tokenId, address owner) external {
        _owners[tokenId] = owner;
    }

    function ownerOf(uint256 tokenId) external view returns (address) {
        require(_owners[tokenId] != address(0), "no such token");
        return _owners[tokenId];
    }
}

/// @notice The registry from the checked-in bytecode, accounts, and the smallest words for common steps.
abstract contract Fixture {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    uint16 internal constant WRITER = 1;
    uint16 internal constant KEYADMIN = 2;
    uint16 internal constant GUARDIAN = 4;

    address internal constant OWNER = address(0x0a11ce);
    address internal constant AGENT = address(0xa9e27);
    address internal constant BUYER = address(0xb0b);
    address internal constant STRANGER = address(0x577a);

    IInftStorageRegistry internal registry;
    PlainNft internal nft;
    bytes32 internal id;

    function setUp() public virtual {
        vm.warp(1_767_225_600);
        vm.roll(1000);
        registry = IInftStorageRegistry(deploy());
        nft = new PlainNft();
        vm.prank(OWNER);
        id = registry.registerFlat("inft_12345");
    }

    function creationCode() internal view returns (bytes memory) {
        return vm.parseBytes(string.concat("0x", vm.trim(vm.readFile("out/InftStorageRegistry.bin"))));
    }

    function deploy() internal returns (address made) {
        bytes memory code = creationCode();
        assembly {
            made := create(0, add(code, 0x20), mload(code))
        }
        require(made != address(0), "deployed");
    }

    function first(bytes32 idHash) internal pure returns (IInftStorageRegistry.Anchor memory a) {
        a.idHash = idHash;
        a.version = 1;
        a.root = keccak256("one");
        a.checksum = keccak256("one bytes");
        a.size = 1000;
        a.keyEpoch = 1;
        a.keyringHash = keccak256("keyring 1");
        a.kind = 2;
    }

    /// @dev The anchor that may come next, whoever sends it.
    function next(bytes32 idHash) internal view returns (IInftStorageRegistry.Anchor memory a) {
        IInftStorageRegistry.Head memory h = registry.headOf(idHash);
        a.idHash = idHash;
        a.version = h.version + 1;
        a.prevRoot = h.root;
        a.root = keccak256(abi.encode("root", idHash, a.version));
        a.checksum = keccak256(abi.encode("checksum", idHash, a.version));
        a.size = 2000;
        a.keyEpoch = h.keyEpoch;
        a.keyringHash = h.keyringHash;
        a.kind = 1;
    }

    function rekeyed(bytes32 idHash) internal view returns (IInftStorageRegistry.Anchor memory a) {
        a = next(idHash);
        a.keyEpoch += 1;
        a.keyringHash = keccak256(abi.encode("keyring", a.keyEpoch));
        a.kind = 4;
    }

    /// @dev Bytes as sealed ones are: all alike likely, the same for the same length.
    function sealedBytes(uint256 length) internal pure returns (bytes memory object) {
        object = new bytes(length);
        for (uint256 i = 0; i < length; i += 32) {
            bytes32 word = keccak256(abi.encode(length, i));
            assembly ("memory-safe") {
                mstore(add(add(object, 0x20), i), word)
            }
        }
    }

    /// @dev The anchor that may come next with this object.
    function next(bytes32 idHash, bytes memory object) internal view returns (IInftStorageRegistry.Anchor memory a) {
        a = next(idHash);
        a.size = uint48(object.length);
        a.checksum = sha256(object);
    }

    function begin(bytes32 idHash) internal {
        vm.prank(OWNER);
        registry.rotateAndAnchor(first(idHash));
    }

    function anchorAs(address who, IInftStorageRegistry.Anchor memory a) internal {
        vm.prank(who);
        registry.anchor(a);
    }

    function inlineAs(address who, IInftStorageRegistry.Anchor memory a, bytes memory object) internal {
        vm.prank(who);
        registry.anchorInline(a, object);
    }

    function rotateAs(address who, IInftStorageRegistry.Anchor memory a) internal {
        vm.prank(who);
        registry.rotateAndAnchor(a);
    }

    function give(bytes32 idHash, address who, uint16 roles) internal {
        vm.prank(OWNER);
        registry.grant(idHash, who, roles, uint48(block.timestamp + 1 days), 0);
    }

    /// @dev The id of token 7, registered, owner observed, version 1 anchored.
    function beginBound() internal returns (bytes32 idHash) {
        nft.set(7, OWNER);
        idHash = registry.registerBound(address(nft), 7);
        vm.roll(block.number + 2);
        registry.observeOwner(idHash);
        begin(idHash);
    }

    function no(bytes4 selector) internal {
        vm.expectRevert(abi.encodePacked(selector));
    }

    function same(bytes32 found, bytes32 expected, string memory what) internal pure {
        require(found == expected, what);
    }

    function same(uint256 found, uint256 expected, string memory what) internal pure {
        require(found == expected, string.concat(what, ": ", vm.toString(found), " not ", vm.toString(expected)));
    }

    function same(address found, address expected, string memory what) internal pure {
        require(found == expected, what);
    }

    function same(string memory found, string memory expected, string memory what) internal pure {
        require(keccak256(bytes(found)) == keccak256(bytes(expected)), string.concat(what, ": ", found));
    }
}

/// @notice Recomputes both running hashes from nothing but the events.
library Replay {
    bytes32 internal constant LINK_TAG = keccak256("inft.registry.link.v1");
    bytes32 internal constant CONTROL_TAG = keccak256("inft.registry.control.v1");
    bytes32 internal constant GENESIS_TAG = keccak256("inft.registry.genesis.v1");

    bytes32 internal constant ANCHORED =
        keccak256("Anchored(bytes32,uint64,address,bytes32,bytes32,bytes32,bytes32,bytes32,uint256)");
    bytes32 internal constant OBJECT_INLINED = keccak256("ObjectInlined(bytes32,uint64,bytes)");
    bytes32 internal constant CONTROL = keccak256("Control(bytes32,uint32,uint8,address,bytes,bytes32,uint48,uint48)");

    /// @dev The data of `Anchored`.
    struct Link {
        bytes32 prevRoot;
        bytes32 root;
        bytes32 checksum;
        bytes32 keyringHash;
        bytes32 historyHash;
        uint256 packed;
    }

    function history(bytes32 before, Vm.Log memory log, uint256 blockNumber) internal pure returns (bytes32 hash) {
        Link memory link = abi.decode(log.data, (Link));
        hash = keccak256(
            bytes.concat(
                abi.encode(LINK_TAG, before, log.topics[2], link.prevRoot, link.root, link.checksum),
                abi.encode(link.keyringHash, log.topics[3], link.packed, blockNumber)
            )
        );
        require(hash == link.historyHash, "the event claims another history hash");
    }

    function isInlined(Vm.Log memory log) internal pure returns (bool) {
        return abi.decode(log.data, (Link)).packed >> 79 & 1 != 0;
    }

    /// @dev The object of an `ObjectInlined`, which must be the log after its `Anchored` and what that names.
    function inlined(Vm.Log memory log, Vm.Log memory object) internal pure returns (bytes memory content) {
        require(object.topics[0] == OBJECT_INLINED, "the next log is no object");
        require(object.topics[1] == log.topics[1] && object.topics[2] == log.topics[2], "the object of another version");
        content = abi.decode(object.data, (bytes));
        Link memory link = abi.decode(log.data, (Link));
        require(sha256(content) == link.checksum, "another object");
        require(content.length == uint48(link.packed), "an object of another size");
    }

    function control(bytes32 before, Vm.Log memory log, uint256 blockNumber) internal pure returns (bytes32 hash) {
        (address actor, bytes memory data, bytes32 claimed,, uint48 time) =
            abi.decode(log.data, (address, bytes, bytes32, uint48, uint48));
        hash = keccak256(
            bytes.concat(
                abi.encode(CONTROL_TAG, before, log.topics[2], log.topics[3]),
                abi.encode(actor, keccak256(data), time, blockNumber)
            )
        );
        require(hash == claimed, "the event claims another control hash");
    }
}
