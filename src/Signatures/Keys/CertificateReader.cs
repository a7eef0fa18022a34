using OrleansRegistry.Signatures.OpenPgp;

namespace OrleansRegistry.Signatures.Keys;

/// <summary>
/// Reads an exported key ring: any number of certificates, one after the other. Source: RFC 9580, 10.1.
/// </summary>
internal sealed class CertificateReader
{
    private readonly Dictionary<string, CertificateParts> _certificates = [];
    private readonly List<string> _skipped = [];
    private CertificateParts? _current;
    private List<SignaturePacket>? _target;

    /// <summary>By fingerprint of the primary key.</summary>
    public IReadOnlyCollection<CertificateParts> Certificates => _certificates.Values;

    /// <summary>One sentence for each key that could not be read. The others are there all the same.</summary>
    public IReadOnlyList<string> Skipped => _skipped;

    public void Read(ReadOnlySpan<byte> file)
    {
        _current = null;
        _target = null;
        try
        {
            if (file.Length > SignatureLimits.MaxKeysBytes)
                throw new MalformedException($"The key file is larger than {SignatureLimits.MaxKeysBytes} bytes.");
            var reader = new PacketReader(Armor.Remove(file));
            while (reader.TryRead(out var packet))
                Take(packet);
        }
        catch (MalformedException malformed)
        {
            _skipped.Add(malformed.Message);
        }
    }

    private void Take(Packet packet)
    {
        switch (packet.Tag)
        {
            case PacketTag.PublicKey or PacketTag.SecretKey:
                _current = TryReadKey(packet) is { } primary ? CertificateOf(primary) : null;
                _target = _current?.OverPrimary;
                break;
            case PacketTag.PublicSubkey or PacketTag.SecretSubkey:
                _target = _current is not null && TryReadKey(packet) is { } subkey
                    ? _current.SignaturesOf(subkey)
                    : null;
                break;
            case PacketTag.UserId:
                _target = _current?.SignaturesOf(packet.Body.ToArray());
                break;
            case PacketTag.UserAttribute:
                _target = null;
                break;
            case PacketTag.Signature:
                TakeSignature(packet.Body);
                break;
        }
    }

    private void TakeSignature(ReadOnlySpan<byte> body)
    {
        if (_target is null || _current is null)
            return;
        try
        {
            var signature = SignaturePacket.Parse(body);
            // Others' signatures over the key are a web of trust that nobody asks here.
            if (signature.IssuerKeyId == _current.Primary.KeyId)
                _target.Add(signature);
        }
        catch (MalformedException)
        {
            // One unreadable signature proves nothing, and takes nothing away from the others.
        }
    }

    private KeyPacket? TryReadKey(Packet packet)
    {
        try
        {
            return KeyPacket.Parse(packet.Body, packet.Tag is PacketTag.SecretKey or PacketTag.SecretSubkey);
        }
        catch (MalformedException malformed)
        {
            _skipped.Add(malformed.Message);
            return null;
        }
    }

    private CertificateParts CertificateOf(KeyPacket primary)
    {
        if (!_certificates.TryGetValue(primary.Fingerprint, out var certificate))
            _certificates[primary.Fingerprint] = certificate = new(primary);
        return certificate;
    }
}
