namespace OrleansRegistry.Signatures.OpenPgp;

/// <summary>
/// What the hashed and unhashed areas of a signature packet say. Source: RFC 9580, 5.2.3.7 and following.
/// </summary>
/// <remarks>
/// Only the issuer, and the cross-certification that proves itself, are also looked for in the unhashed area.
/// </remarks>
internal sealed class Subpackets
{
    private static readonly int[] Understood =
        [2, 3, 4, 5, 6, 7, 9, 11, 12, 16, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 39];

    public uint? CreatedAt { get; private set; }

    /// <summary>Seconds after creation; 0 for ever.</summary>
    public uint? Lifetime { get; private set; }

    /// <summary>Seconds after the key's creation; 0 for ever.</summary>
    public uint? KeyLifetime { get; private set; }

    public byte? KeyFlags { get; private set; }

    public ulong? IssuerKeyId { get; private set; }

    /// <summary>The key version, then the fingerprint: 21 or 33 bytes.</summary>
    public byte[]? IssuerFingerprint { get; private set; }

    /// <summary>The body of the signature by which a signing subkey agrees to its primary key.</summary>
    public byte[]? CrossCertification { get; private set; }

    /// <summary>A hashed subpacket that must be understood, and is not.</summary>
    public int? UnknownCritical { get; private set; }

    /// <exception cref="MalformedException">A length is wrong, or two subpackets disagree.</exception>
    public static Subpackets Read(ReadOnlySpan<byte> hashed, ReadOnlySpan<byte> unhashed)
    {
        var subpackets = new Subpackets();
        subpackets.ReadArea(hashed, isHashed: true);
        subpackets.ReadArea(unhashed, isHashed: false);
        return subpackets;
    }

    private void ReadArea(ReadOnlySpan<byte> area, bool isHashed)
    {
        var octets = new Octets(area, "subpacket area");
        while (!octets.AtEnd)
        {
            var subpacket = octets.Take(TakeLength(ref octets));
            if (subpacket.IsEmpty)
                throw new MalformedException("A subpacket has no type.");
            var type = subpacket[0] & 0x7F;
            var data = new Octets(subpacket[1..], $"subpacket of type {type}");
            ReadIssuer(type, data);
            if (!isHashed)
                continue;
            ReadStatement(type, data);
            if (subpacket[0] >= 0x80 && !Understood.Contains(type))
                UnknownCritical ??= type;
        }
    }

    private void ReadIssuer(int type, Octets data)
    {
        switch (type)
        {
            case 16:
                IssuerKeyId = Same(IssuerKeyId, data.TakeUInt64());
                break;
            case 33 when IssuerFingerprint is null:
                IssuerFingerprint = data.TakeRest().ToArray();
                break;
            case 33 when !data.TakeRest().SequenceEqual(IssuerFingerprint):
                throw Disagreement();
            case 32:
                CrossCertification ??= data.TakeRest().ToArray();
                break;
        }
    }

    private void ReadStatement(int type, Octets data)
    {
        switch (type)
        {
            case 2:
                CreatedAt = Same(CreatedAt, data.TakeUInt32());
                break;
            case 3:
                Lifetime = Same(Lifetime, data.TakeUInt32());
                break;
            case 9:
                KeyLifetime = Same(KeyLifetime, data.TakeUInt32());
                break;
            case 27:
                KeyFlags = Same(KeyFlags, data.AtEnd ? (byte)0 : data.TakeByte());
                break;
        }
    }

    private static uint TakeLength(ref Octets octets)
    {
        var first = octets.TakeByte();
        return first switch
        {
            < 192 => first,
            < 255 => ((first - 192u) << 8) + octets.TakeByte() + 192,
            _ => octets.TakeUInt32(),
        };
    }

    private static T Same<T>(T? known, T read)
        where T : struct, IEquatable<T> =>
        known is { } value && !value.Equals(read) ? throw Disagreement() : read;

    private static MalformedException Disagreement() => new("Two subpackets of the signature disagree.");
}
