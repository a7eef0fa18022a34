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

    /// <inheritdoc cref="ITrust.FindPolicyAsync"/>
    public async ValueTask<TrustPolicyRecord?> FindAsync(RepositoryName name, CancellationToken cancellationToken)
    {
        var withheld = await gate.AskAsync(cancellationToken);
        var known = _known;
        if (known is null || known.Epoch != withheld.Epoch)
            _known = known = new(withheld.Epoch, await store.AnyAsync(cancellationToken));
        if (!known.Any)
            return null;
        if (!known.Names.TryGetValue(name, out var policy))
        {
            policy = await store.FindInForceAsync(name, cancellationToken);
            if (known.Names.Count >= MostNames)
                known.Names.Clear();
            known.Names[name] = policy;
        }

        if (policy is null or { Settings.Mode: TrustMode.Off })
            return null;
        if (policy.Settings.Mode is TrustMode.Enforce)
            withheld.RequireConfirmed();
        return policy;
    }

    /// <summary>A policy, ready to judge by.</summary>
    public static SignaturePolicy Open(string document) =>
        SignaturePolicy.TryParse(Encoding.UTF8.GetBytes(document), PolicyDialect.Server, out var policy, out var refusal)
            ? policy
            : throw new ProblemException(ProblemKind.FieldInvalid, refusal, "document");

    private sealed record Known(long Epoch, bool Any)
    {
        public ConcurrentDictionary<RepositoryName, TrustPolicyRecord?> Names { get; } = new();
    }
}
