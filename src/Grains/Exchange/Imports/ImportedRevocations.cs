using OrleansRegistry.Access;
using OrleansRegistry.Bundles;
using OrleansRegistry.Oci;
using OrleansRegistry.Revocations;
using OrleansRegistry.Signing;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Exchange;

/// <summary>Revokes here what a bundle says is revoked where it was made.</summary>
internal sealed class ImportedRevocations(
    ISignatureGate gate, IUserStore users, IGrainFactory grains, ITaskDispatcher tasks)
{
    /// <summary>Which of those revocations are not in force here.</summary>
    public async Task<IReadOnlyList<RevokedSubject>> FindNewAsync(
        RevocationList list, CancellationToken cancellationToken)
    {
        var withheld = await AskAsync(cancellationToken);
        return [.. list.Entries.Where(one => SubjectOf(one, withheld) is not null)];
    }

    /// <summary>Revokes one, in force when this returns. Repeating it does no harm.</summary>
    public async Task RevokeAsync(
        Guid import, BundleDocument bundle, RevokedSubject one, TaskContext context, Guid group, CancellationToken cancellationToken)
    {
        if (SubjectOf(one, await AskAsync(cancellationToken)) is not { } subject)
            return; // by now
        var order = new RevocationOrder(
            new(
                ImportId.Of(import, BitConverter.GetBytes(one.Number)), subject,
                $"Revocation {one.Number} of the registry that made the bundle {bundle.Id}.", "",
                one.EffectiveFrom, IsDryRun: false, await NameAsync(context.CreatedBy, cancellationToken)),
            NamesOf(one));
        await tasks.DispatchAsync(
            order.Wish.Id, RevocationTasks.Revoke(order) with { Group = group, Parent = context.Id, CreatedBy = context.CreatedBy });
        await grains.KeyRevocation(subject).RevokeAsync(order);
    }

    private async Task<string> NameAsync(Guid? user, CancellationToken cancellationToken) =>
        user is { } id && await users.FindCallerAsync(id, cancellationToken) is { } caller ? caller.Name : "";

    private async Task<Withheld> AskAsync(CancellationToken cancellationToken) =>
        (await gate.AskAsync(cancellationToken)).RequireConfirmed();

    // Under a name of the key that nothing is decided on; null where all is.
    private static RevocationSubject? SubjectOf(RevokedSubject one, Withheld withheld) =>
        one.Image is { } image
            ? Digest.TryParse(image, out var digest) && !withheld.Has(digest) ? new(null, null, digest) : null
            : NamesOf(one).Find(name => withheld.Find(name.KeyId, name.Fingerprint) is null) is { } name
                ? new(name.KeyId, name.Fingerprint)
                : null;

    private static List<KeyName> NamesOf(RevokedSubject one) =>
        [.. one.Keys.Select(key => KeyName.TryParse(key, out var name) ? name : null).OfType<KeyName>()];
}
