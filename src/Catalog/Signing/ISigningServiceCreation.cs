namespace OrleansRegistry.Signing;

/// <summary>Creates signing services: opens or makes the key, tries it out, and stores the service.</summary>
public interface ISigningServiceCreation
{
    /// <exception cref="ProblemException">
    /// The name is taken; or what is wanted cannot sign: the subject is the field at fault, and nothing secret is told.
    /// </exception>
    Task<SigningServiceRecord> CreateAsync(WantedSigningService wanted, CancellationToken cancellationToken = default);
}

/// <summary>A signing service that somebody wants. A class, not a record: it is written nowhere by accident.</summary>
public sealed class WantedSigningService
{
    public required string Name { get; init; }

    public required SigningKind Kind { get; init; }

    /// <summary>A secret key to import: armored or binary OpenPGP, PEM for cosign.</summary>
    public byte[]? Key { get; init; }

    public string Passphrase { get; init; } = "";

    /// <summary>Instead: the kind of key to make, one of <see cref="KeyKinds"/>.</summary>
    public string? Generate { get; init; }

    /// <summary>The program of a script service, and the OpenPGP certificate that its signatures verify under.</summary>
    public string? Script { get; init; }

    /// <inheritdoc cref="Script"/>
    public string? PublicKey { get; init; }

    /// <summary>For cosign; null means under a tag.</summary>
    public CosignAttachment? Attachment { get; init; }

    /// <summary>Who may use it, for what.</summary>
    public SigningRights Rights { get; init; } = SigningRights.None;

    /// <summary>The only kind that cosign takes.</summary>
    public const string CosignKeyKind = "nistp256";

    /// <summary>What can be generated for OpenPGP; for cosign it is the last one.</summary>
    public static IReadOnlyList<string> KeyKinds { get; } = ["rsa3072", "rsa4096", "ed25519", CosignKeyKind];
}
