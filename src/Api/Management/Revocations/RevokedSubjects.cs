using OrleansRegistry.Content;
using OrleansRegistry.Lists;
using OrleansRegistry.Resources;
using OrleansRegistry.Revocations;
using OrleansRegistry.Signing;
using OrleansRegistry.SigningKeys;

namespace OrleansRegistry.Management;

/// <summary>Finds out which key somebody means: by fingerprint, by key id, or by its href.</summary>
internal sealed class RevokedSubjects(
    ISigningKeyStore keys, IKnownKeys services, IListing<SigningKeyRecord> listing, References references)
{
    /// <summary>The key, and everything that its signatures may call it.</summary>
    /// <exception cref="RefusedException">It is no name of a key.</exception>
    /// <exception cref="ProblemException">Several keys have that name.</exception>
    public async Task<(RevocationSubject Subject, IReadOnlyList<KeyName> Names)> FindAsync(
        string text, CancellationToken cancellationToken, string field = "key")
    {
        var name = await NameOfAsync(text, field, cancellationToken);
        if (name.Fingerprint is not { } fingerprint)
            return (new(name.KeyId, null), [name]);
        var ofServices = await services.WithSubkeysAsync(fingerprint, cancellationToken);
        return (
            new(name.KeyId, fingerprint),
            [
                .. ofServices.Select(known => new KeyName(SignatureFilter.KeyIdOf(known), known))
                    .Union([name, .. await keys.SubkeysAsync(fingerprint, cancellationToken)]),
            ]);
    }

    private async Task<KeyName> NameOfAsync(string text, string field, CancellationToken cancellationToken)
    {
        if (await references.ParseAsync(text, cancellationToken) is { Kind: ResourceKind.SigningKey } resource)
            return (await listing.FindAsync(resource.Id, cancellationToken))?.Name
                ?? throw RefusedException.Field(field, $"There is no '{text}'.");
        var hex = new string([.. text.Where(letter => !char.IsWhiteSpace(letter))]);
        hex = hex.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? hex[2..] : hex;
        if (!KeyName.TryParse(hex, out var named))
            throw RefusedException.Field(
                field,
                "A key is named by its fingerprint (40 or 64 hexadecimal digits), by its key id (16), or by its href. "
                + "gpg --fingerprint shows the first; 8 digits name no key for sure.");
        var found = await keys.ResolveAsync(named.ToString(), cancellationToken);
        return found.Count switch
        {
            0 => named,
            1 => found[0],
            _ => throw new ProblemException(
                ProblemKind.Conflict,
                $"Several keys have the id {named}: {SomeNames.Of([.. found.Select(one => one.Fingerprint!)])}. Name one by its "
                + "fingerprint.",
                named.ToString()),
        };
    }
}
