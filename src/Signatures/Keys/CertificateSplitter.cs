using OrleansRegistry.Signatures.OpenPgp;
using OrleansRegistry.Signatures.Signing;

namespace OrleansRegistry.Signatures.Keys;

/// <summary>
/// Takes an export of keys apart into its certificates, each whole: with its subkeys, its users and what signs them. Of
/// secret keys only the public part is left. Source: RFC 9580, 10.1.
/// </summary>
internal static class CertificateSplitter
{
    /// <summary>The packets of each certificate, by the fingerprint of its primary key. Copies are joined.</summary>
    /// <exception cref="MalformedException">The bytes are no export of keys.</exception>
    public static IReadOnlyDictionary<string, byte[]> Split(ReadOnlySpan<byte> file)
    {
        var certificates = new Dictionary<string, MemoryStream>();
        MemoryStream? current = null;
        var reader = new PacketReader(Armor.Remove(file));
        while (reader.TryRead(out var packet))
            switch (packet.Tag)
            {
                case PacketTag.PublicKey or PacketTag.SecretKey:
                    current = null;
                    if (TryReadKey(packet) is { } primary)
                    {
                        certificates.TryAdd(primary.Fingerprint, new());
                        current = certificates[primary.Fingerprint];
                        current.Write(PacketWriter.New(PacketTag.PublicKey, primary.Body));
                    }

                    break;
                case PacketTag.PublicSubkey or PacketTag.SecretSubkey when TryReadKey(packet) is { } subkey:
                    current?.Write(PacketWriter.New(PacketTag.PublicSubkey, subkey.Body));
                    break;
                case PacketTag.UserId or PacketTag.UserAttribute or PacketTag.Signature:
                    current?.Write(PacketWriter.New(packet.Tag, packet.Body));
                    break;
            }

        return certificates.ToDictionary(one => one.Key, one => one.Value.ToArray());
    }

    private static KeyPacket? TryReadKey(Packet packet)
    {
        try
        {
            return KeyPacket.Parse(packet.Body, packet.Tag is PacketTag.SecretKey or PacketTag.SecretSubkey);
        }
        catch (MalformedException)
        {
            return null;
        }
    }
}
