namespace OrleansRegistry.Signing;

/// <summary>Who signs. Stored and shown by name, in lower case.</summary>
public enum SigningKind
{
    /// <summary>This server, with an OpenPGP key that it holds: atomic container signatures.</summary>
    OpenPgp,

    /// <summary>A program on the nodes, as Pulp calls it: atomic container signatures too.</summary>
    Script,

    /// <summary>This server, with an ECDSA key that it holds: what <c>cosign sign --key</c> writes.</summary>
    Cosign,
}

/// <summary>Where cosign's signatures go. Stored and shown by name, in lower case.</summary>
public enum CosignAttachment
{
    /// <summary>Into the tag <c>sha256-….sig</c>: what every cosign and every podman finds.</summary>
    Tag,

    /// <summary>Into a manifest with the image as its subject.</summary>
    Referrer,

    Both,
}

/// <summary>A service that signs, without what is secret of it. But for its rights it never changes.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Unique on the server.</param>
/// <param name="Kind">Who signs.</param>
/// <param name="PublicKey">An armored OpenPGP certificate, or PEM for cosign.</param>
/// <param name="Fingerprint">Of the key that signs: 40 upper-case hex digits; for cosign 64, of the key's DER form.</param>
/// <param name="Script">The absolute path of the program, or null.</param>
/// <param name="Attachment">Where signatures of cosign go, else null.</param>
/// <param name="CreatedAt">When it was created.</param>
public sealed record SigningServiceRecord(
    Guid Id,
    string Name,
    SigningKind Kind,
    string PublicKey,
    string Fingerprint,
    string? Script,
    CosignAttachment? Attachment,
    DateTimeOffset CreatedAt)
{
    /// <summary>Who may use it, for what.</summary>
    public SigningRights Rights { get; init; } = SigningRights.None;
}
