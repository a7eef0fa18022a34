using System.Collections.Concurrent;
using System.Text;
using OrleansRegistry.Oci;
using OrleansRegistry.Signatures.Policies;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Trust;

/// <summary>
/// Which policy a name is held to, as the gate's epoch says: whatever changes that moves it, and a node confirms it several
/// times a second.
/// </summary>
internal sealed class TrustPolicies(ITrustPolicyStore store, ISignatureGate gate)
{
    // Anyone can ask for names without end.
    private const int MostNames = 50_000;

    private volatile Known? _known;

    /// <inheritdoc cref="ITrust.FindPoliciesAsync"/>
    public async ValueTask<IReadOnlyList<TrustPolicyRecord>> FindAsync(
        RepositoryName name, Guid repository, CancellationToken cancellationToken)
    {
        var withheld = await gate.AskAsync(cancellationToken);
        var known = _known;
        if (known is null || known.Epoch != withheld.Epoch)
            _known = known = new(withheld.Epoch, await store.AnyAsync(cancellationToken));
        if (!known.Any)
            return [];
        if (!known.Policies.TryGetValue((name, repository), out var policies))
        {
            policies = await ReadAsync(name, repository, cancellationToken);
            if (known.Policies.Count >= MostNames)
                known.Policies.Clear();
            known.Policies[(name, repository)] = policies;
        }

        if (policies.Any(policy => policy.Settings.Mode is TrustMode.Enforce))
            withheld.RequireConfirmed();
        return policies;
    }

    private async Task<IReadOnlyList<TrustPolicyRecord>> ReadAsync(
        RepositoryName name, Guid repository, CancellationToken cancellationToken)
    {
        var policies = new List<TrustPolicyRecord>();
        if (await store.FindInForceAsync(name, cancellationToken) is { Settings.Mode: not TrustMode.Off } held)
            policies.Add(held);
        if (await store.FindAcceptanceAsync(repository, cancellationToken) is { } accepted)
            policies.Add(accepted);
        return policies;
    }

    /// <summary>A policy, ready to judge by.</summary>
    public static SignaturePolicy Open(string document) =>
        SignaturePolicy.TryParse(Encoding.UTF8.GetBytes(document), PolicyDialect.Server, out var policy, out var refusal)
            ? policy
            : throw new ProblemException(ProblemKind.FieldInvalid, refusal, "document");

    private sealed record Known(long Epoch, bool Any)
    {
        public ConcurrentDictionary<(RepositoryName, Guid), IReadOnlyList<TrustPolicyRecord>> Policies { get; } = new();
    }
}
