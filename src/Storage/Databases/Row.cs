using System.Data.Common;
using Microsoft.Data.Sqlite;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Storage;

#pragma warning disable CA1720 // The members are the types of values: row.Guid(0) reads better than row.ReadGuid(0).

/// <summary>The row under a reader, by ordinal; hides how the engines store what the other has a type for.</summary>
/// <remarks>Only valid inside the function it was given to. SQLite: a Guid is 16 bytes, big-endian; a time is
/// microseconds since 1970.</remarks>
public readonly struct Row
{
    private readonly DbDataReader _reader;
    private readonly bool _sqlite;

    internal Row(DbDataReader reader)
    {
        _reader = reader;
        _sqlite = reader is SqliteDataReader;
    }

    public bool IsNull(int i) => _reader.IsDBNull(i);

    public string String(int i) => _reader.GetString(i);

    public string? StringOrNull(int i) => IsNull(i) ? null : String(i);

    public long Int64(int i) => _reader.GetInt64(i);

    public long? Int64OrNull(int i) => IsNull(i) ? null : Int64(i);

    public int Int32(int i) => checked((int)_reader.GetInt64(i));

    public int? Int32OrNull(int i) => IsNull(i) ? null : Int32(i);

    public bool Bool(int i) => _sqlite ? _reader.GetInt64(i) != 0 : _reader.GetBoolean(i);

    public bool? BoolOrNull(int i) => IsNull(i) ? null : Bool(i);

    public byte[] Bytes(int i) => _reader.GetFieldValue<byte[]>(i);

    public byte[]? BytesOrNull(int i) => IsNull(i) ? null : Bytes(i);

    public Guid Guid(int i) => _sqlite ? new Guid(Bytes(i), bigEndian: true) : _reader.GetGuid(i);

    public Guid? GuidOrNull(int i) => IsNull(i) ? null : Guid(i);

    public DateTimeOffset Time(int i) => _sqlite
        ? DateTimeOffset.UnixEpoch.AddMicroseconds(_reader.GetInt64(i))
        : _reader.GetFieldValue<DateTimeOffset>(i);

    public DateTimeOffset? TimeOrNull(int i) => IsNull(i) ? null : Time(i);

    public Digest Digest(int i) => Oci.Digest.Parse(String(i));

    public Digest? DigestOrNull(int i) => IsNull(i) ? null : Digest(i);

    public Tag Tag(int i) => Oci.Tag.Parse(String(i));

    /// <summary>A tag; null where the text is empty.</summary>
    public Tag? TagIfAny(int i) => String(i) is { Length: > 0 } text ? Oci.Tag.Parse(text) : null;
}
