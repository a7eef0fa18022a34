using System.Buffers.Binary;

namespace OrleansRegistry.Signatures.OpenPgp;

/// <summary>A signature packet (tag 2) of version 3, 4 or 6. Source: RFC 9580, 5.2.</summary>
internal sealed class SignaturePacket
{
    public required int Version { get; init; }

    public required SignatureType Type { get; init; }

    public required KeyAlgorithm KeyAlgorithm { get; init; }

    public required HashFunction Hash { get; init; }

    /// <summary>
    /// When the signature was made: of the hashed area, in version 3 of the field. Never of the literal packet.
    /// </summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ends to be valid, or null where it says no such time.</summary>
    public required DateTimeOffset? ExpiresAt { get; init; }

    public required ulong IssuerKeyId { get; init; }

    /// <summary>20 bytes (version 4) or 32 (version 6), or null where the signature names a key id only.</summary>
    public required byte[]? IssuerFingerprint { get; init; }

    public required Subpackets Subpackets { get; init; }

    /// <summary>What is hashed before the data: empty but in version 6.</summary>
    public required byte[] Salt { get; init; }

    /// <summary>What is hashed after the data.</summary>
    public required byte[] Trailer { get; init; }

    /// <summary>The first two bytes of the hash.</summary>
    public required ushort HashStart { get; init; }

    /// <summary>
    /// The signature's numbers, without leading zeros: one for RSA, two for (EC)DSA; else one run of bytes.
    /// </summary>
    public required byte[][] Values { get; init; }

    /// <exception cref="MalformedException">
    /// A length is wrong, or who signed and when is missing or contradictory.
    /// </exception>
    public static SignaturePacket Parse(ReadOnlySpan<byte> body)
    {
        var octets = new Octets(body, "signature packet");
        return octets.TakeByte() switch
        {
            3 => ParseVersion3(octets),
            4 => ParseWithSubpackets(4, body, octets),
            6 => ParseWithSubpackets(6, body, octets),
            var other => throw new MalformedException(
                $"The signature has version {other}; versions 3, 4 and 6 are known."),
        };
    }

    private static SignaturePacket ParseVersion3(Octets octets)
    {
        if (octets.TakeByte() != 5)
            throw new MalformedException("A version 3 signature hashes exactly 5 bytes of its own.");
        var trailer = octets.Take(5);
        var keyId = octets.TakeUInt64();
        var key = (KeyAlgorithm)octets.TakeByte();
        return new()
        {
            Version = 3,
            Type = (SignatureType)trailer[0],
            CreatedAt = DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32BigEndian(trailer[1..])),
            ExpiresAt = null,
            IssuerKeyId = keyId,
            IssuerFingerprint = null,
            Subpackets = new(),
            KeyAlgorithm = key,
            Hash = (HashFunction)octets.TakeByte(),
            Salt = [],
            Trailer = trailer.ToArray(),
            HashStart = octets.TakeUInt16(),
            Values = SignatureValues.Read(key, octets),
        };
    }

    private static SignaturePacket ParseWithSubpackets(int version, ReadOnlySpan<byte> body, Octets octets)
    {
        var type = (SignatureType)octets.TakeByte();
        var key = (KeyAlgorithm)octets.TakeByte();
        var hash = (HashFunction)octets.TakeByte();
        var hashed = octets.Take(version == 6 ? octets.TakeUInt32() : octets.TakeUInt16());
        var trailer = TrailerOf(version, body[..octets.Consumed]);
        var unhashed = octets.Take(version == 6 ? octets.TakeUInt32() : octets.TakeUInt16());
        var subpackets = Subpackets.Read(hashed, unhashed);
        var created = subpackets.CreatedAt
            ?? throw new MalformedException("The signature does not say, under its hash, when it was made.");
        var issuer = SignatureIssuer.Of(version, subpackets);
        return new()
        {
            Version = version,
            Type = type,
            KeyAlgorithm = key,
            Hash = hash,
            CreatedAt = DateTimeOffset.FromUnixTimeSeconds(created),
            ExpiresAt = subpackets.Lifetime is { } seconds and > 0
                ? DateTimeOffset.FromUnixTimeSeconds((long)created + seconds)
                : null,
            IssuerKeyId = issuer.KeyId,
            IssuerFingerprint = issuer.Fingerprint,
            Subpackets = subpackets,
            HashStart = octets.TakeUInt16(),
            Salt = version == 6 ? octets.Take(octets.TakeByte()).ToArray() : [],
            Trailer = trailer,
            Values = SignatureValues.Read(key, octets),
        };
    }

    private static byte[] TrailerOf(int version, ReadOnlySpan<byte> hashedPart)
    {
        var trailer = new byte[hashedPart.Length + 6];
        hashedPart.CopyTo(trailer);
        trailer[^6] = (byte)version;
        trailer[^5] = 0xFF;
        BinaryPrimitives.WriteInt32BigEndian(trailer.AsSpan(^4), hashedPart.Length);
        return trailer;
    }
}
