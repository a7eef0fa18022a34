using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OrleansRegistry.Access;
using OrleansRegistry.Content;
using OrleansRegistry.Lists;
using OrleansRegistry.Oci;
using OrleansRegistry.Resources;
using OrleansRegistry.Revocations;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Management;

/// <summary>
/// <c>key-revocations/</c>: revoke a key, or find out what that would be about; follow it, withdraw it, sign again what it
/// left without a signature.
/// </summary>
internal static class RevocationEndpoints
{
    private static readonly string Prefix = Address.Operations(ResourceKind.KeyRevocation);
    private const string Key = "key";
    private const int MaxReason = 1_000;

    private static readonly Body Body = new(
        "KeyRevocation",
        BodyFields.Text(Key),
        BodyFields.Resource("repository", ResourceKind.Repository),
        BodyFields.Digest("image"),
        BodyFields.Text("reason", MaxReason).Required,
        BodyFields.Text("ticket", MaxReason, mayBeBlank: true),
        BodyFields.Time("effective_from").OrNull,
        BodyFields.Flag("dry_run"));

    private static readonly Body ImageBody = new(
        "ManifestWithdrawal",
        BodyFields.Text("reason", MaxReason).Required,
        BodyFields.Text("ticket", MaxReason, mayBeBlank: true),
        BodyFields.Flag("dry_run"));

    private static readonly Body ReasonBody = new("KeyRevocationWithdrawal", BodyFields.Text("reason", MaxReason).Required);

    private static readonly Body ResignBody = new(
        "KeyRevocationResign",
        BodyFields.Resource("signing_service", ResourceKind.SigningService).Required);

    public static void MapKeyRevocations(this OperationMap operations)
    {
        var path = Address.Collection(ResourceKind.KeyRevocation);
        operations.MapResource(ResourceKind.KeyRevocation, RevocationShape.Shape, Role.Admin);
        operations.MapList(Of(new ListOf<RevokedRepository>(
            Prefix + "repositories", Address.Parameter(ResourceKind.KeyRevocation) + "repositories/", RevocationShape.Repository)));
        operations.MapList(Of(new ListOf<UnsignedImage>(
            Prefix + "unsigned_images", Address.Parameter(ResourceKind.KeyRevocation) + "unsigned_images/", RevocationShape.UnsignedImage)));
        operations.Map(Operation.Async(Prefix + "create", "POST", path, Body) with { Least = Role.Admin }, RevokeAsync);
        operations.Map(
            Operation.Async(
                "content_container_manifests_withdraw", "POST", Address.Parameter(ResourceKind.Manifest) + "withdraw/", ImageBody) with
            {
                Least = Role.Admin,
            },
            WithdrawImageAsync);
        operations.Map(
            Operation.Async(Prefix + "resume", "POST", Address.Parameter(ResourceKind.KeyRevocation) + "resume/") with { Least = Role.Admin },
            ResumeAsync);
        operations.Map(
            Operation.Answering(
                Prefix + "withdraw", "POST", Address.Parameter(ResourceKind.KeyRevocation) + "withdraw/", RevocationShape.Shape, 200,
                ReasonBody) with
            {
                Least = Role.Admin,
            },
            WithdrawAsync);
        operations.Map(
            Operation.Async(Prefix + "resign", "POST", Address.Parameter(ResourceKind.KeyRevocation) + "resign/", ResignBody) with
            {
                Least = Role.Admin,
            },
            ResignAsync);
    }

    // Admins only, and of the revocation in the address.
    private static ListOf<T> Of<T>(ListOf<T> list)
        where T : class => list with
        {
            Least = Role.Admin,
            Before = context => context.RequestServices.GetRequiredService<IListing<RevocationRecord>>()
                .GetAsync(context.RouteId(), context.RequestAborted),
            Within = context => Match.Of("revocation", context.RouteId()),
        };

    // The task first: if this node dies now, it revokes all the same. The answer waits until it is in force.
    private static async Task<IResult> RevokeAsync(
        HttpContext context, References references, RevokedSubjects subjects, IGrainFactory grains, Dispatch dispatch,
        IListing<RevocationRecord> revocations, CancellationToken cancellationToken)
    {
        var values = await Body.ReadAsync(context.Request, references, cancellationToken);
        var (subject, names) = ScopeOf(values) is { } scope
            ? (new RevocationSubject(null, null, null, scope), [])
            : await subjects.FindAsync(values.Get(Key, ""), cancellationToken);
        var wish = new RevocationWish(
            Guid.CreateVersion7(), subject, values.Get("reason", ""), values.Get("ticket", ""),
            values.Get<DateTimeOffset?>("effective_from", null), values.Get("dry_run", false), context.Caller.Name);
        await RequireNewAsync(wish, revocations, cancellationToken);
        return await SendAsync(new(wish, names), grains, dispatch);
    }

    // Signatures of a repository, of an image, or of an image in a repository, whoever made them; null where a key is meant.
    private static SignatureScope? ScopeOf(BodyValues values)
    {
        var repository = values.Get<ResourceReference?>("repository", null)?.Id;
        var image = values.Get<Digest?>("image", null);
        if (repository is null && image is null)
            return values.Has(Key) ? null : throw RefusedException.Field(
                Key, "Name a key, to revoke it; or an image, a repository or both, whose signatures are to be taken out.");
        if (values.Has(Key))
            throw RefusedException.Field(
                Key,
                "A key is revoked everywhere, and not with an image or a repository. Its signatures in one repository go by that "
                + "one's remove_signatures/.");
        if (values.Get<DateTimeOffset?>("effective_from", null) is not null)
            throw RefusedException.Field("effective_from", "That is for keys: it says since when a signature does not count.");
        return new(repository, image);
    }

    // A bad image, out of every repository that holds it: the same decision, on a digest.
    private static async Task<IResult> WithdrawImageAsync(
        Guid id, HttpContext context, References references, IGrainFactory grains, Dispatch dispatch,
        IListing<ManifestRecord> manifests, IListing<RevocationRecord> revocations, CancellationToken cancellationToken)
    {
        var manifest = await manifests.GetAsync(id, cancellationToken);
        var values = await ImageBody.ReadAsync(context.Request, references, cancellationToken);
        var wish = new RevocationWish(
            Guid.CreateVersion7(), new(null, null, manifest.Digest), values.Get("reason", ""),
            values.Get("ticket", ""), null, values.Get("dry_run", false), context.Caller.Name);
        await RequireNewAsync(wish, revocations, cancellationToken);
        return await SendAsync(new(wish, []), grains, dispatch);
    }

    private static async Task<IResult> SendAsync(RevocationOrder order, IGrainFactory grains, Dispatch dispatch)
    {
        var task = await dispatch.SendAsync(RevocationTasks.Revoke(order));
        if (!order.Wish.IsDryRun)
            await grains.KeyRevocation(order.Wish.Subject).RevokeAsync(order);
        return task;
    }

    /// <exception cref="ProblemException">A revocation of the same is in force.</exception>
    private static async Task RequireNewAsync(
        RevocationWish wish, IListing<RevocationRecord> revocations, CancellationToken cancellationToken)
    {
        var subject = wish.Subject;
        var standing = wish is { IsDryRun: true } or { Subject.Signatures: not null } ? null : await revocations.FindAsync(
            Conjunction.Of(
                Match.Of("in_force", true),
                subject.Image is { } image ? Match.Of("image", image.ToString())
                    : subject.Fingerprint is { } fingerprint ? Match.Of("fingerprint", fingerprint)
                    : Match.Of("key_id", subject.KeyId)),
            cancellationToken);
        if (standing is not null && standing.Subject == subject)
            throw new ProblemException(
                ProblemKind.Conflict, $"Revocation {standing.Number} of {subject} is in force already.", $"{subject}");
    }

    // What is decided stays decided; what is left of the work is done, where a task was cancelled or failed.
    private static async Task<IResult> ResumeAsync(
        Guid id, IGrainFactory grains, Dispatch dispatch, IListing<RevocationRecord> revocations,
        CancellationToken cancellationToken)
    {
        var record = await revocations.GetAsync(id, cancellationToken);
        if (record.WithdrawnAt is not null)
            throw new ProblemException(ProblemKind.Conflict, "It was withdrawn: there is nothing left to do.", $"{id}");
        return await SendAsync(RevocationOrder.ToGoOn(record), grains, dispatch);
    }

    private static async Task<IResult> WithdrawAsync(
        Guid id, HttpContext context, References references, IGrainFactory grains, IListing<RevocationRecord> revocations,
        CancellationToken cancellationToken)
    {
        var values = await ReasonBody.ReadAsync(context.Request, references, cancellationToken);
        var record = await revocations.GetAsync(id, cancellationToken);
        await grains.KeyRevocation(record.Subject).WithdrawAsync(id, context.Caller.Name, values.Get("reason", ""));
        return PulpJson.Answer(
            RevocationShape.Shape.Write(await revocations.GetAsync(id, cancellationToken), context.Request));
    }

    private static async Task<IResult> ResignAsync(
        Guid id, HttpContext context, References references, IListing<RevocationRecord> revocations,
        IListing<SigningServiceRecord> services, SigningHost host, Dispatch dispatch, CancellationToken cancellationToken)
    {
        var values = await ResignBody.ReadAsync(context.Request, references, cancellationToken);
        var record = await revocations.GetAsync(id, cancellationToken);
        if (record.IsDryRun)
            throw new ProblemException(ProblemKind.Conflict, "A dry run left nothing unsigned.", id.ToString());
        var service = values.Get<ResourceReference?>("signing_service", null)!.Value.Id;
        await services.GetAsync(service, cancellationToken);
        return await dispatch.SendAsync(ResignTasks.Resign(new(id, service, host.Get())));
    }
}
