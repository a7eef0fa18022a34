using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;
using OrleansRegistry.Signatures.OpenPgp;

namespace OrleansRegistry.Signatures;

/// <summary>
/// Reads the payload's JSON: exact member names, each once, at every depth; nothing unknown but below <c>optional</c>;
/// no comments, no trailing data, valid UTF-8 only. Source: containers-signature(5).
/// </summary>
internal ref struct PayloadReader
{
    private readonly HashSet<(int Object, string Name)> _names = [];
    private readonly PayloadSchema _schema;
    private Utf8JsonReader _json;
    private int _objects;

    public PayloadReader(ReadOnlySpan<byte> json, PayloadSchema schema)
    {
        _schema = schema;
        if (!Utf8.IsValid(json))
            throw new MalformedException("The payload is not valid UTF-8.");
        _json = new(json, new JsonReaderOptions { MaxDepth = SignatureLimits.MaxPayloadDepth });
    }

    /// <exception cref="MalformedException">The JSON departs from the schema.</exception>
    public SignaturePayload Read()
    {
        try
        {
            _json.Read();
            var payload = ReadTop();
            // Reading on refuses whatever follows the object, but white space.
            _json.Read();
            return payload;
        }
        catch (JsonException)
        {
            throw new MalformedException("The payload is not well-formed JSON, or nests too deep.");
        }
        catch (InvalidOperationException)
        {
            throw new MalformedException("The payload has a text that is not valid Unicode.");
        }
    }

    private SignaturePayload ReadTop()
    {
        (string Digest, string Reference)? critical = null;
        (bool Read, string? Creator) optional = default;
        var number = Open("The payload");
        while (TryReadName(number, out var name))
        {
            switch (name)
            {
                case "critical":
                    critical = ReadCritical();
                    break;
                case "optional":
                    optional = (true, ReadOptional());
                    break;
                default:
                    throw Unknown(name, "the payload");
            }
        }
        var (digest, reference) = critical ?? throw Missing("critical");
        return optional.Read
            ? new(SignaturePayload.ParseDigest(digest), reference, optional.Creator)
            : throw Missing("optional");
    }

    private (string Digest, string Reference) ReadCritical()
    {
        string? type = null, digest = null, reference = null;
        var number = Open("The payload's critical");
        while (TryReadName(number, out var name))
        {
            switch (name)
            {
                case "type":
                    type = ReadText("critical.type");
                    break;
                case "image":
                    digest = ReadOnlyMember("critical.image", "docker-manifest-digest");
                    break;
                case "identity":
                    reference = ReadOnlyMember("critical.identity", "docker-reference");
                    break;
                default:
                    throw Unknown(name, "critical");
            }
        }
        if ((type ?? throw Missing("critical.type")) != _schema.Type)
            throw new MalformedException($"The payload's critical.type is not '{_schema.Type}'.");
        return (digest ?? throw Missing("critical.image"), reference ?? throw Missing("critical.identity"));
    }

    private string ReadOnlyMember(string what, string member)
    {
        string? text = null;
        var number = Open($"The payload's {what}");
        while (TryReadName(number, out var name))
            text = name == member ? ReadText($"{what}.{member}") : throw Unknown(name, what);
        return text ?? throw Missing($"{what}.{member}");
    }

    private string? ReadOptional()
    {
        string? creator = null;
        if (_schema.TakesNullOptional && IsNull())
            return null;
        var number = Open("The payload's optional");
        while (TryReadName(number, out var name))
        {
            switch (name)
            {
                case "creator":
                    creator = ReadText("optional.creator");
                    break;
                case "timestamp":
                    CheckTimestamp();
                    break;
                default:
                    SkipValue();
                    break;
            }
        }
        return creator;
    }

    /// <summary>Whole seconds, however the number is written, within what a double holds exactly.</summary>
    private void CheckTimestamp()
    {
        _json.Read();
        if (_json.TokenType != JsonTokenType.Number || !_json.TryGetDouble(out var seconds)
            || seconds != Math.Truncate(seconds) || Math.Abs(seconds) > 1L << 53)
            throw new MalformedException("The payload's optional.timestamp is not an integer.");
    }

    private void SkipValue()
    {
        _json.Read();
        SkipFromHere();
    }

    private void SkipFromHere()
    {
        switch (_json.TokenType)
        {
            case JsonTokenType.StartObject:
                var number = ++_objects;
                while (TryReadName(number, out _))
                    SkipValue();
                break;
            case JsonTokenType.StartArray:
                while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
                    SkipFromHere();
                break;
            case JsonTokenType.String:
                _json.GetString();
                break;
            case JsonTokenType.Number when !_json.TryGetDouble(out var value) || !double.IsFinite(value):
                throw new MalformedException("The payload has a number that is too large.");
        }
    }

    private bool IsNull()
    {
        _json.Read();
        return _json.TokenType == JsonTokenType.Null;
    }

    private int Open(string what)
    {
        if (_json.TokenType == JsonTokenType.PropertyName)
            _json.Read();
        return _json.TokenType == JsonTokenType.StartObject
            ? ++_objects
            : throw new MalformedException($"{what} is not a JSON object.");
    }

    private bool TryReadName(int number, [NotNullWhen(true)] out string? name)
    {
        _json.Read();
        name = _json.TokenType == JsonTokenType.PropertyName ? _json.GetString()! : null;
        if (name is not null)
            Remember(number, name);
        return name is not null;
    }

    private readonly void Remember(int number, string name)
    {
        if (!_names.Add((number, name)))
            throw new MalformedException($"The payload has the member {Shown(name)} twice in one object.");
        if (_names.Count > SignatureLimits.MaxPayloadMembers)
            throw new MalformedException($"The payload has more than {SignatureLimits.MaxPayloadMembers} members.");
    }

    private string ReadText(string what)
    {
        _json.Read();
        return _json.TokenType == JsonTokenType.String
            ? _json.GetString()!
            : throw new MalformedException($"The payload's {what} is not a text.");
    }

    private static MalformedException Missing(string member) => new($"The payload has no {member}.");

    private static MalformedException Unknown(string name, string where) =>
        new($"The member {Shown(name)} is not allowed in {where}.");

    private static string Shown(string name) =>
        string.Concat("'", string.Concat(name.Take(64).Select(c => c is > ' ' and < '\x7f' ? c : '?')), "'");
}

/// <summary>What tells the payloads of several kinds of signatures apart.</summary>
/// <param name="Type">Their <c>critical.type</c>.</param>
/// <param name="TakesNullOptional">Whether <c>optional</c> may be null.</param>
internal sealed record PayloadSchema(string Type, bool TakesNullOptional)
{
    /// <summary>Source: containers-signature(5).</summary>
    public static PayloadSchema Atomic { get; } = new("atomic container signature", TakesNullOptional: false);

    /// <summary>Source: sigstore, cosign, SIGNATURE_SPEC.md, as containers/image reads it.</summary>
    public static PayloadSchema Cosign { get; } = new("cosign container image signature", TakesNullOptional: true);
}
