using OrleansRegistry.Signatures.Policies;
using OrleansRegistry.Signing;
using OrleansRegistry.SigningKeys;

namespace OrleansRegistry.Trust;

/// <summary>Opens policies and the keys that they name: each once, and anew when something was decided.</summary>
internal sealed class TrustBasis(KeyCabinet cabinet)
{
    private const int MostPolicies = 1_000;

    private readonly Dictionary<(Guid Policy, int Revision), SignaturePolicy> _open = [];

    private volatile NamedKeys? _keys;

    public async ValueTask<JudgedBy> OpenAsync(
        TrustPolicyRecord policy, Withheld withheld, DateTimeOffset now, bool everything,
        CancellationToken cancellationToken) =>
        new(Open(policy), await KeysAsync(withheld.Epoch, cancellationToken), withheld, now, everything);

    /// <summary>The keys as of an epoch, or newer.</summary>
    public async ValueTask<NamedKeys> KeysAsync(long epoch, CancellationToken cancellationToken)
    {
        var keys = _keys;
        return keys is not null && keys.Epoch >= epoch
            ? keys
            : _keys = new(await cabinet.AskAsync(cancellationToken));
    }

    private SignaturePolicy Open(TrustPolicyRecord policy)
    {
        lock (_open)
        {
            if (_open.TryGetValue((policy.Id, policy.Revision), out var known))
                return known;
            if (_open.Count >= MostPolicies)
                _open.Clear();
            return _open[(policy.Id, policy.Revision)] = TrustPolicies.Open(policy.Settings.Document);
        }
    }
}
