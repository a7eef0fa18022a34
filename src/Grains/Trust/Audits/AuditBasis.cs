using OrleansRegistry.Signatures.Cosign;
using OrleansRegistry.Signatures.Policies;
using OrleansRegistry.Signing;
using OrleansRegistry.SigningKeys;

namespace OrleansRegistry.Trust;

/// <summary>What the images below a name are judged by in an audit.</summary>
/// <param name="Now">What holds now; null where nothing does.</param>
/// <param name="Tried">What is tried instead of it; null where nothing is.</param>
internal sealed record AuditedBy(JudgedBy? Now, JudgedBy? Tried);

/// <summary>Opens what an audit judges by.</summary>
internal sealed class AuditBasis(IAuditStore audits, TrustBasis basis, ISignatureGate gate, TimeProvider clock)
{
    public async Task<AuditedBy> OpenAsync(
        AuditParameters parameters, AuditedName name, CancellationToken cancellationToken)
    {
        var withheld = (await gate.AskAsync(cancellationToken)).RequireConfirmed();
        var keys = await basis.KeysAsync(withheld.Epoch, cancellationToken);
        var now = parameters.Keys is { } given ? OfKeys(given)
            : name is { Policy: { } policy, Revision: { } revision }
                ? await FindAsync(policy, revision, cancellationToken)
                : null;
        var by = now is null ? null : new JudgedBy(now, keys, withheld, clock.GetUtcNow(), Everything: false);
        if (!parameters.IsSimulation)
            return new(by, null);
        var tried = parameters.Document is { } document ? TrustPolicies.Open(document) : now;
        if (tried is null)
            return new(by, null);
        var without = parameters.WithoutKeys ?? [];
        return new(by, new(
            tried, keys, withheld.With(without.Select(WithheldKey.Named)), clock.GetUtcNow(), Everything: false)
        {
            Without = [.. without.Select(keys.FindPublicKey).OfType<CosignPublicKey>()],
        });
    }

    private static SignaturePolicy OfKeys(IReadOnlyList<string> texts)
    {
        var (certificates, publicKeys) = GivenKeys.Open(texts);
        return SignaturePolicy.OfKeys(certificates, publicKeys);
    }

    private async Task<SignaturePolicy?> FindAsync(Guid policy, int revision, CancellationToken cancellationToken) =>
        await audits.DocumentAsync(policy, revision, cancellationToken) is { } document
            ? TrustPolicies.Open(document)
            : null;
}
