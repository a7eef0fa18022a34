using System.Text.Json.Serialization;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Repositories;

/// <summary>
/// One wish to change a repository: a value that a request says, a task keeps and the repository's grain commits, the same
/// in all three. It is planned against the newest version, and may be planned again.
/// </summary>
/// <remarks>
/// <para>To add a change: a record with its rule, and its name below. Names are stored with tasks and cross the cluster:
/// they are never given to anything else.</para>
/// <para>It is written as JSON (<see cref="ChangeJson"/>): what the constructor takes is the wish; what it derives is
/// not written.</para>
/// </remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(PutManifest), "put-manifest")]
[JsonDerivedType(typeof(AddSignature), "add-signature")]
[JsonDerivedType(typeof(RemoveManifest), "remove-manifest")]
[JsonDerivedType(typeof(RemoveBlob), "remove-blob")]
[JsonDerivedType(typeof(TagManifest), "tag")]
[JsonDerivedType(typeof(Untag), "untag")]
[JsonDerivedType(typeof(AddContent), "add")]
[JsonDerivedType(typeof(RemoveContent), "remove")]
[JsonDerivedType(typeof(ModifyContent), "modify")]
[JsonDerivedType(typeof(CopyContent), "copy")]
[JsonDerivedType(typeof(RemoveSignatures), "remove-signatures")]
[JsonDerivedType(typeof(RemoveRevoked), "remove-revoked")]
[JsonDerivedType(typeof(RollBack), "roll-back")]
[JsonDerivedType(typeof(IngestContent), "ingest")]
[JsonDerivedType(typeof(AddSignatures), "add-signatures")]
[JsonDerivedType(typeof(AttachManifests), "attach")]
public abstract record RepositoryChange
{
    /// <summary>What planning looks up. Everything a batch of changes touches is read at once.</summary>
    public virtual IEnumerable<ContentKey> Touches => [];

    /// <summary>Blobs and manifests whose sizes are compared with what somebody says of them.</summary>
    public virtual IEnumerable<ContentKey> Measures => [];

    /// <summary>The manifest whose signatures are counted, or null.</summary>
    public virtual Digest? Weighs => null;

    /// <summary>True where planning follows links through the catalogue: such a change has a batch to itself.</summary>
    public virtual bool StandsAlone => false;

    /// <summary>Repositories that planning reads: its task stands in their lines too.</summary>
    public virtual IEnumerable<Guid> Sources => [];

    /// <summary>Content named to go, of which the task says what stayed; null where it names none.</summary>
    public virtual IReadOnlyCollection<Guid>? NamedToGo => null;

    /// <summary>A unit that the change may create on the server, for the task to name; or null.</summary>
    public virtual ContentUnit? MayCreate => null;

    /// <summary>What the change makes of the repository.</summary>
    /// <exception cref="ProblemException">The repository's state does not allow it.</exception>
    public abstract ValueTask<VersionDraft> PlanAsync(RepositoryView view, CancellationToken cancellationToken);
}
