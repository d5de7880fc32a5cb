// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IInftStorageRegistry as I} from "../IInftStorageRegistry.sol";
import {Fixture} from "./Fixture.sol";

/// @notice Replays a script that the Java ledger went through (vectors.json, written by its tests): the same calls must
/// be taken and refused here, and both running hashes must be the same after every one of them.
contract VectorsTest is Fixture {
    struct Script {
        address[] senders;
        address[] targets;
        uint256[] blocks;
        uint256[] times;
        bytes[] calls;
        string[] outcomes;
        uint256[] results;
        bytes32[] ids;
        bytes32[] histories;
        bytes32[] controls;
        address[] owners;
    }

    function testTheJavaLedgerAndTheContractAgree() public {
        string memory json = vm.readFile("test/vectors.json");
        Script memory s = read(json);
        vm.chainId(vm.parseJsonUint(json, ".chainId"));
        address place = vm.parseJsonAddress(json, ".registry");
        vm.etch(place, address(registry).code);
        registry = I(place);
        vm.etch(vm.parseJsonAddress(json, ".nft"), address(nft).code);

        require(s.calls.length > 0, "an empty script");
        for (uint256 i = 0; i < s.calls.length; ++i) {
            vm.roll(s.blocks[i]);
            vm.warp(s.times[i]);
            vm.prank(s.senders[i]);
            (bool ok, bytes memory answer) = s.targets[i].call(s.calls[i]);
            string memory what = string.concat("step ", vm.toString(i));
            same(outcome(ok, answer), s.outcomes[i], what);
            bytes4 selector = bytes4(s.calls[i]);
            if (ok && (selector == I.anchorMany.selector || selector == I.anchorInlineMany.selector)) {
                same(abi.decode(answer, (uint256)), s.results[i], what);
            }
            I.Head memory h = registry.headOf(s.ids[i]);
            same(h.historyHash, s.histories[i], string.concat(what, ": history hash"));
            same(h.controlHash, s.controls[i], string.concat(what, ": control hash"));
            same(h.liveOwner, s.owners[i], string.concat(what, ": owner"));
        }
    }

    function read(string memory json) private pure returns (Script memory s) {
        s.senders = vm.parseJsonAddressArray(json, ".senders");
        s.targets = vm.parseJsonAddressArray(json, ".targets");
        s.blocks = vm.parseJsonUintArray(json, ".blocks");
        s.times = vm.parseJsonUintArray(json, ".times");
        s.calls = vm.parseJsonBytesArray(json, ".calls");
        s.outcomes = vm.parseJsonStringArray(json, ".outcomes");
        s.results = vm.parseJsonUintArray(json, ".results");
        s.ids = vm.parseJsonBytes32Array(json, ".ids");
        s.histories = vm.parseJsonBytes32Array(json, ".histories");
        s.controls = vm.parseJsonBytes32Array(json, ".controls");
        s.owners = vm.parseJsonAddressArray(json, ".owners");
    }

    /// @dev The name of the error, as the Java side gives it.
    function outcome(bool ok, bytes memory answer) private pure returns (string memory) {
        if (ok) return "done";
        bytes4 reason = bytes4(answer);
        if (reason == I.NotAuthorized.selector) return "NotAuthorized";
        if (reason == I.HeadMismatch.selector) return "HeadMismatch";
        if (reason == I.KeyEpochMismatch.selector) return "KeyEpochMismatch";
        if (reason == I.NotRegistered.selector) return "NotRegistered";
        if (reason == I.Taken.selector) return "Taken";
        if (reason == I.NotObserved.selector) return "NotObserved";
        if (reason == I.BadState.selector) return "BadState";
        if (reason == I.Locked.selector) return "Locked";
        if (reason == I.Expired.selector) return "Expired";
        if (reason == I.TooSoon.selector) return "TooSoon";
        if (reason == I.TooEarly.selector) return "TooEarly";
        if (reason == I.BadHash.selector) return "BadHash";
        if (reason == I.BadGrant.selector) return "BadGrant";
        if (reason == I.BadLock.selector) return "BadLock";
        if (reason == I.BadRange.selector) return "BadRange";
        if (reason == I.WrongMode.selector) return "WrongMode";
        if (reason == I.NoOwner.selector) return "NoOwner";
        if (reason == I.NoProposal.selector) return "NoProposal";
        if (reason == I.NotAsInspected.selector) return "NotAsInspected";
        return "another error";
    }
}
