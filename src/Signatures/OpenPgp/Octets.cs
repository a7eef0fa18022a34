using System.Buffers.Binary;

namespace OrleansRegistry.Signatures.OpenPgp;

/// <summary>A cursor over bytes from outside: takes what is there, and refuses to run over the end.</summary>
/// <param name="bytes">What is read.</param>
/// <param name="what">How refusals name it, such as <c>signature packet</c>.</param>
internal ref struct Octets(ReadOnlySpan<byte> bytes, string what)
{
    private readonly int _length = bytes.Length;
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly int Consumed => _length - _rest.Length;

    public readonly int Remaining => _rest.Length;

    public readonly bool AtEnd => _rest.IsEmpty;

    /// <exception cref="MalformedException">Fewer bytes are left.</exception>
    public ReadOnlySpan<byte> Take(uint count)
    {
        if (count > (uint)_rest.Length)
            throw new MalformedException($"The {what} ends early.");
        var taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }

    public ReadOnlySpan<byte> TakeRest() => Take((uint)_rest.Length);

    public byte TakeByte() => Take(1)[0];

    public ushort TakeUInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public uint TakeUInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public ulong TakeUInt64() => BinaryPrimitives.ReadUInt64BigEndian(Take(8));

    /// <summary>A multiprecision integer, big-endian, without leading zero bytes. Source: RFC 9580, 3.2.</summary>
    public ReadOnlySpan<byte> TakeInteger() => Take((TakeUInt16() + 7u) / 8).TrimStart((byte)0);

    /// <exception cref="MalformedException">Something is left.</exception>
    public readonly void RequireEnd()
    {
        if (!AtEnd)
            throw new MalformedException($"The {what} has {Remaining} bytes too many.");
    }
}
