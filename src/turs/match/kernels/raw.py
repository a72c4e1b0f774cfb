"""Machine words for the kernels: loads and prefetches by address, and many words compared at once.

Everything here is written in the portable vectors of LLVM, which become whatever the processor has (AVX-512 `vpopcntw`,
AVX2, NEON). Addresses are trusted: who calls must keep the arrays alive and the places inside them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic as typed_intrinsic

Code = tuple[Any, Callable[..., Any]]
_LONG, _INT, _BIT = ir.IntType(64), ir.IntType(32), ir.IntType(1)


def intrinsic(function: Callable[..., Code]) -> Any:
    """A function that writes machine code, as one that kernels call (without its first argument)."""
    return typed_intrinsic(function)


def _load(bits: int, result: Any) -> Any:
    @intrinsic
    def load(_typing: Any, address: Any) -> Code:
        def code(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            kind = ir.IntType(bits)
            value = builder.load(builder.inttoptr(arguments[0], kind.as_pointer()), align=1)
            return value if bits == 64 else builder.zext(value, _LONG)

        return result(types.int64), code

    return load


load8 = _load(8, types.int64)
"""load8(address): the byte there."""
load32 = _load(32, types.int64)
"""load32(address): the 32-bit word there, at any alignment."""
load64 = _load(64, types.uint64)
"""load64(address): the 64-bit word there, at any alignment."""


@intrinsic
def load_big(_typing: Any, _address: Any) -> Code:
    """load_big(address): the eight bytes there as a number whose first byte weighs most, so that order is kept."""

    def code(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.bswap(builder.load(builder.inttoptr(arguments[0], _LONG.as_pointer()), align=1))

    return types.uint64(types.int64), code


@intrinsic
def pointer(_typing: Any, _address: Any) -> Code:
    """An address as what `numba.carray` takes."""

    def code(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], cgutils.voidptr_t)

    return types.voidptr(types.int64), code


@intrinsic
def prefetch(_typing: Any, _address: Any) -> Code:
    """Ask for the cache line at an address, and do not wait."""

    def code(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        kind = ir.FunctionType(ir.VoidType(), [cgutils.voidptr_t, _INT, _INT, _INT])
        ask = builder.module.declare_intrinsic("llvm.prefetch.p0", (), kind)
        builder.call(ask, [builder.inttoptr(arguments[0], cgutils.voidptr_t), _INT(0), _INT(3), _INT(1)])
        return context.get_dummy_value()

    return types.void(types.int64), code


@intrinsic
def ones(_typing: Any, _word: Any) -> Code:
    """How many bits of a 64-bit word are set."""

    def code(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        count = builder.module.declare_intrinsic("llvm.ctpop.i64", (), ir.FunctionType(_LONG, [_LONG]))
        return builder.call(count, [arguments[0]])

    return types.int64(types.uint64), code


@intrinsic
def lowest(_typing: Any, _word: Any) -> Code:
    """Number of the lowest bit that is set; the word must not be zero."""

    def code(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        kind = ir.FunctionType(_LONG, [_LONG, _BIT])
        count = builder.module.declare_intrinsic("llvm.cttz.i64", (), kind)
        return builder.call(count, [arguments[0], _BIT(1)])

    return types.int64(types.uint64), code


@intrinsic
def near_pieces(_typing: Any, _address: Any, _piece: Any, _limit: Any) -> Code:
    """near_pieces(address, piece, limit): which of the 32 sixteen-bit words there differ from `piece` in few bits.

    Bit i of the result is set where word i differs in at most `limit` bits.
    """

    def code(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        kind = ir.VectorType(ir.IntType(16), 32)
        address, piece, limit = arguments
        differ = builder.xor(_vector(builder, address, kind), _all(builder, piece, kind))
        near = builder.icmp_unsigned("<=", _counts(builder, differ, kind), _all(builder, limit, kind))
        return builder.zext(builder.bitcast(near, ir.IntType(32)), _LONG)

    return types.uint64(types.int64, types.int64, types.int64), code


@intrinsic
def near_halves(
    _typing: Any, _first: Any, _second: Any, _one: Any, _two: Any, _limit: Any
) -> Code:
    """near_halves(first, second, one, two, limit): which of 8 pairs of 64-bit words differ in few bits.

    Word i at address `first` is compared with `one`, word i at `second` with `two`; bit i of the result is set where
    both together differ in at most `limit` bits.
    """

    def code(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        kind = ir.VectorType(_LONG, 8)
        first, second, one, two, limit = arguments
        bits = builder.add(
            _counts(builder, builder.xor(_vector(builder, first, kind), _all(builder, one, kind)), kind),
            _counts(builder, builder.xor(_vector(builder, second, kind), _all(builder, two, kind)), kind),
        )
        near = builder.icmp_unsigned("<=", bits, _all(builder, limit, kind))
        return builder.zext(builder.bitcast(near, ir.IntType(8)), _LONG)

    return types.uint64(types.int64, types.int64, types.uint64, types.uint64, types.int64), code


def _vector(builder: Any, address: Any, kind: Any) -> Any:
    return builder.load(builder.inttoptr(address, kind.as_pointer()), align=1)


def _all(builder: Any, value: Any, kind: Any) -> Any:
    """A vector with `value`, cut to the width of a lane, in every lane."""
    if kind.element.width < 64:
        value = builder.trunc(value, kind.element)
    empty = ir.Constant(kind, ir.Undefined)
    order = ir.Constant(ir.VectorType(_INT, kind.count), [_INT(0)] * kind.count)
    return builder.shuffle_vector(builder.insert_element(empty, value, _INT(0)), empty, order)


def _counts(builder: Any, vector: Any, kind: Any) -> Any:
    name = f"llvm.ctpop.v{kind.count}i{kind.element.width}"
    return builder.call(builder.module.declare_intrinsic(name, (), ir.FunctionType(kind, [kind])), [vector])
