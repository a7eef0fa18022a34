namespace OrleansRegistry.Uploads;

/// <summary>The task that makes an upload the file of a blob. The hash is lower-case hex digits.</summary>
public sealed record UploadCommit(Guid Upload, string Sha256)
{
    public const string Kind = "upload.commit";
}
